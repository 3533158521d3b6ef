import { arithmetic, floatArithmetic, nonZero, type Arithmetic } from './arithmetic';

const rule: Arithmetic = { symbol: '/', float: (a, b) => a / nonZero(b), integer: (a, b) => a / nonZero(b), exactOnSafeIntegers: false };

/** `/` of two bigints drops the fraction, as in T-SQL. */
export const divide = arithmetic('divide', rule);

export const divideFloat = floatArithmetic('divide_float', rule);
