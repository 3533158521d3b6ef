import { bitwise } from './bitwise';

export const bitand = bitwise('bitand', (a, b) => a & b);
