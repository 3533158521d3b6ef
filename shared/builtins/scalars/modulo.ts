import { arithmetic, nonZero } from './arithmetic';

/** `%`: the sign is the dividend's. */
export const modulo = arithmetic('modulo', { symbol: '%', float: (a, b) => a % nonZero(b), integer: (a, b) => a % nonZero(b), exactOnSafeIntegers: true });
