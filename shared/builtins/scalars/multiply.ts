import { arithmetic } from './arithmetic';

export const multiply = arithmetic('multiply', { symbol: '*', float: (a, b) => a * b, integer: (a, b) => a * b, exactOnSafeIntegers: true });
