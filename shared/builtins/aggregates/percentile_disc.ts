import { percentile } from './percentile';

/** The first value whose cumulative distribution reaches p. */
export const percentileDisc = percentile('percentile_disc', (sorted, p) => sorted[Math.max(0, Math.ceil(p * sorted.length - 1e-9) - 1)] as number);
