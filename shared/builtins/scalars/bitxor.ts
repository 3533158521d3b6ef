import { bitwise } from './bitwise';

export const bitxor = bitwise('bitxor', (a, b) => a ^ b);
