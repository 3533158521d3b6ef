import { percentile } from './percentile';

/** Linear interpolation at rank p·(n - 1). */
export const percentileCont = percentile('percentile_cont', (sorted, p) => {
  const rank = p * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] as number;
  const high = sorted[Math.ceil(rank)] as number;
  return low + (high - low) * (rank - Math.floor(rank));
});
