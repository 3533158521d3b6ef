import { moments } from './moments';

export const stdev = moments('stdev', 1, Math.sqrt);
