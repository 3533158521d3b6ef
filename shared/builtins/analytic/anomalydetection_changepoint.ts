import type { SqlValue } from '../../values/value';
import type { Detector } from './anomaly';
import { anomalyDetection, tolerated } from './anomaly';
import { firstWhere } from './samples';

/** Part of the history, its newest, that a value is not compared with: while a new level has not reached the rest, it looks new. */
const LAG = 1 / 4;
/** Values needed to compare with before one is judged. */
const LEAST_HISTORY = 15;
/** Part of the stake that is bet afresh each time, so that evidence of a change can start at any event. */
const FRESH = 0.1;
/** Evidence is not counted beyond this. */
const MOST = 1e12;

/**
 * AnomalyDetection_ChangePoint(e, confidence, historySize): whether the level or spread of a series changes for longer than a spike. The score is an exchangeability martingale: a stake of 1 that
 * bets on each value being stranger than the history. Strangeness is the distance from the median; its rank among the history (ties count half) is a p-value, uniform while nothing changes. The bet multiplies the stake by
 * b(p) = (1 − p + p ln p) / (p ln² p), the mixture of all ε p^(ε−1), with the mean 1 for a uniform p (V. Vovk, I. Nouretdinov, A. Gammerman, Testing Exchangeability On-Line, ICML 2003; the use for change points: D. Volkhonskiy et al.,
 * Inductive Conformal Martingales for Change-Point Detection, 2017). A tenth of the stake is always fresh. Since the mean of the stake stays 1, it is above 1 / (1 − confidence / 100) for at most that part of the
 * events of an unchanged series: then it is an anomaly, and stays one while the evidence lasts. The bound is loose: on noise it is far less often.
 */
export const changePoint = anomalyDetection('anomalydetection_changepoint', [], ([confidence, historySize]): Detector => {
  const size = historySize as number;
  const threshold = 1 / tolerated(confidence as SqlValue);
  const lag = Math.max(1, Math.floor(size * LAG));
  const least = Math.min(LEAST_HISTORY, size - lag);
  return {
    lag,
    judge: (value, samples) => {
      if (samples.sorted.length < least) return { isAnomaly: false, score: samples.evidence };
      const stake = (1 - FRESH) * samples.evidence + FRESH;
      samples.evidence = Math.min(MOST, stake * gain(rankOf(value, samples.sorted)));
      return { isAnomaly: samples.evidence >= threshold, score: samples.evidence };
    },
  };
});

/** What a bet of 1 becomes. */
function gain(p: number): number {
  const log = Math.log(p);
  // Towards p = 1 the quotient is 0 / 0; its limit is a half.
  return p > 0.9999 ? 0.5 : (1 - p + p * log) / (p * log * log);
}

/** The part of the history, the value included, that is at least as far from their common median; what is exactly as far counts half. */
function rankOf(value: number, sorted: readonly number[]): number {
  const median = medianWith(value, sorted);
  const far = Math.abs(value - median);
  const count = sorted.length;
  const farther = count - firstWhere(sorted, (v) => v - median > far) + firstWhere(sorted, (v) => median - v <= far);
  const atLeast = count - firstWhere(sorted, (v) => v - median >= far) + firstWhere(sorted, (v) => median - v < far);
  // With no distance at all, values at the median have been counted on both sides.
  const same = far === 0 ? firstWhere(sorted, (v) => v > median) - firstWhere(sorted, (v) => v >= median) : atLeast - farther;
  return (farther + (same + 1) / 2) / (count + 1);
}

function medianWith(value: number, sorted: readonly number[]): number {
  const at = firstWhere(sorted, (v) => v >= value);
  const item = (i: number): number => (i < at ? (sorted[i] as number) : i === at ? value : (sorted[i - 1] as number));
  const half = sorted.length / 2;
  return (item(Math.floor(half)) + item(Math.ceil(half))) / 2;
}
