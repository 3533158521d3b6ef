import { arithmetic, floatArithmetic, type Arithmetic } from './arithmetic';

const rule: Arithmetic = { symbol: '+', float: (a, b) => a + b, integer: (a, b) => a + b, exactOnSafeIntegers: true };

/** `+`: adds numbers, joins text. */
export const add = arithmetic('add', rule, (a, b) => a + b);

export const addFloat = floatArithmetic('add_float', rule);
