import { moments } from './moments';

export const varp = moments('varp', 0, (v) => v);
