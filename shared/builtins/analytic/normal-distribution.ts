/**
 * The probability that a standard normal variable is below `z`: Numerical Recipes' `erfcc`, a Chebyshev fit whose error is below 1.2e-7 of the value, also far out in the tail. Written out,
 * as it runs for every value of a history.
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const low = -0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))));
  const fit = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * low)));
  const tail = (t * Math.exp(-x * x + fit)) / 2;
  return z < 0 ? tail : 1 - tail;
}
