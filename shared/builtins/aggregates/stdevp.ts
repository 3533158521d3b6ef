import { moments } from './moments';

export const stdevp = moments('stdevp', 0, Math.sqrt);
