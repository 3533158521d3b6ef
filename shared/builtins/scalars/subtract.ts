import { arithmetic } from './arithmetic';

export const subtract = arithmetic('subtract', { symbol: '-', float: (a, b) => a - b, integer: (a, b) => a - b, exactOnSafeIntegers: true });
