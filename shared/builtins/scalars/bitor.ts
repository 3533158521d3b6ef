import { bitwise } from './bitwise';

export const bitor = bitwise('bitor', (a, b) => a | b);
