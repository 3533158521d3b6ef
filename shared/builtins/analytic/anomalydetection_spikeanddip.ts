import type { SqlValue } from '../../values/value';
import type { Detector } from './anomaly';
import { anomalyDetection, tolerated } from './anomaly';
import { normalBelow } from './normal-distribution';
import { firstWhere, type Samples } from './samples';

type Mode = 'spikes' | 'dips' | 'spikesanddips';
const MODES = ['spikes', 'dips', 'spikesanddips'];

/** Values needed before one is judged: from fewer the tails cannot be told, and every tenth of plain noise would be an anomaly. */
const LEAST_HISTORY = 20;

/**
 * AnomalyDetection_SpikeAndDip(e, confidence, historySize, 'spikes' | 'dips' | 'spikesanddips'). The score is a p-value: how likely a value at least as high (low, far out on either
 * side) is in a kernel density estimate of the history with Gaussian kernels. The bandwidth adapts to each history by Silverman's rule, 0.9 · min(σ, IQR / 1.34) · n^(-1/5), which an earlier spike in
 * it hardly widens (B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, §3.4.2). An anomaly has a score below 1 − confidence / 100. The p-value of a kernel
 * estimate is also what ML.NET's IidSpikeDetector takes, with another bandwidth.
 */
export const spikeAndDip = anomalyDetection(
  'anomalydetection_spikeanddip',
  [{ name: 'mode', allowed: "'spikes', 'dips' or 'spikesanddips'", accepts: (value) => typeof value === 'string' && MODES.includes(value.toLowerCase()) }],
  ([confidence, historySize, mode]): Detector => {
    const limit = tolerated(confidence as SqlValue);
    const least = Math.min(LEAST_HISTORY, historySize as number);
    const side = String(mode).toLowerCase() as Mode;
    return {
      lag: 0,
      judge: (value, samples) => {
        if (samples.sorted.length < least) return { isAnomaly: false, score: 1 };
        const above = probabilityAbove(value, samples);
        const score = side === 'spikes' ? above : side === 'dips' ? 1 - above : Math.min(1, 2 * Math.min(above, 1 - above));
        return { isAnomaly: score < limit, score };
      },
    };
  },
);

/** Kernels further than this many bandwidths below a value add less than 1e-32. */
const REACH = 12;

function probabilityAbove(value: number, { sorted }: Samples): number {
  const width = bandwidth(sorted);
  const from = firstWhere(sorted, (v) => v > value - REACH * width);
  const to = firstWhere(sorted, (v) => v > value + REACH * width);
  let sum = sorted.length - to;
  for (let i = from; i < to; i++) sum += normalBelow(((sorted[i] as number) - value) / width);
  return sum / sorted.length;
}

/** Never nothing: a history of equal values has a width of a millionth of them. */
function bandwidth(sorted: readonly number[]): number {
  const n = sorted.length;
  const mean = sorted.reduce((sum, v) => sum + v / n, 0);
  const deviation = Math.sqrt(sorted.reduce((sum, v) => sum + (v - mean) ** 2 / (n - 1), 0));
  const range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  const spread = range > 0 ? Math.min(deviation, range) : deviation;
  const least = 1e-6 * Math.max(Math.abs(sorted[0] as number), Math.abs(sorted[n - 1] as number));
  return Math.min(Number.MAX_VALUE, Math.max(0.9 * spread * n ** -0.2, least, Number.MIN_VALUE * 1e10));
}

function quantile(sorted: readonly number[], p: number): number {
  const rank = p * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] as number;
  return below + (rank - Math.floor(rank)) * ((sorted[Math.ceil(rank)] as number) - below);
}
