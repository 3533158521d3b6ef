import { arithmetic, floatArithmetic, type Arithmetic } from './arithmetic';

const rule: Arithmetic = { symbol: '-', float: (a, b) => a - b, integer: (a, b) => a - b, exactOnSafeIntegers: true };

export const subtract = arithmetic('subtract', rule);

export const subtractFloat = floatArithmetic('subtract_float', rule);
