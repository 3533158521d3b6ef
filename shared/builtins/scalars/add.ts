import { arithmetic } from './arithmetic';

/** `+`: adds numbers, joins text. */
export const add = arithmetic('add', { symbol: '+', float: (a, b) => a + b, integer: (a, b) => a + b, exactOnSafeIntegers: true }, (a, b) => a + b);
