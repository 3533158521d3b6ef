import { arithmetic, floatArithmetic, type Arithmetic } from './arithmetic';

const rule: Arithmetic = { symbol: '*', float: (a, b) => a * b, integer: (a, b) => a * b, exactOnSafeIntegers: true };

export const multiply = arithmetic('multiply', rule);

export const multiplyFloat = floatArithmetic('multiply_float', rule);
