import { moments } from './moments';

export const variance = moments('var', 1, (v) => v);
