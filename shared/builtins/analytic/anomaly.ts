import type { SqlValue } from '../../values/value';
import { numeric } from '../aggregates/numeric';
import type { AnalyticFunction, AnalyticRow, AnalyticState, ConstantParameter } from './analytic';
import { Keyed } from './keyed';
import { Samples } from './samples';

/** How one value stands against those before it. */
export interface Verdict {
  isAnomaly: boolean;
  score: number;
}

export interface Detector {
  /** How many of the newest values are kept apart from those that a new one is compared with. */
  lag: number;
  /** Judges a value before it is added to the samples. */
  judge(value: number, samples: Samples): Verdict;
}

const confidence: ConstantParameter = { name: 'confidence', allowed: 'a number from 1 to 100', accepts: (value) => typeof value === 'number' && value >= 1 && value <= 100 };
const historySize: ConstantParameter = { name: 'historySize', allowed: 'a whole number from 2 to 100000', accepts: (value) => Number.isInteger(value) && (value as number) >= 2 && (value as number) <= 100_000 };

/**
 * AnomalyDetection_… (e, confidence, historySize, …) OVER ([PARTITION BY k] LIMIT DURATION(unit, n) [WHEN c]): a record {IsAnomaly: 1 or 0, Score} for each event. History are the last
 * `historySize` events of the partition that satisfy WHEN and are younger than the limit, without the event itself. An event without a value (NULL, not finite), or that does not
 * satisfy WHEN, is not judged (NULL) and not remembered.
 */
export function anomalyDetection(name: string, more: readonly ConstantParameter[], create: (constants: readonly SqlValue[]) => Detector): AnalyticFunction {
  return {
    name,
    constants: [confidence, historySize, ...more],
    create: ({ limit, options }) => {
      const detector = create(options.constants);
      const size = options.constants[1] as number;
      const series = new Keyed<Samples>((samples) => samples.last + limit);
      return { ...stateOf(name, series, detector, { size, limit }), check: (row) => void valueOf(name, row) };
    },
  };
}

function stateOf(name: string, series: Keyed<Samples>, detector: Detector, { size, limit }: { size: number; limit: number }): AnalyticState {
  return {
    next: (row) => {
      const value = valueOf(name, row);
      if (value === undefined) return null;
      const known = series.get(row.key);
      const samples = known ?? new Samples(size, detector.lag);
      samples.forget(row.t - limit);
      const { isAnomaly, score } = detector.judge(value, samples);
      samples.add(row.t, value);
      if (!known) series.add(row.key, samples);
      return { IsAnomaly: isAnomaly ? 1 : 0, Score: score };
    },
    expire: (w) => series.expire(w),
    snapshot: () => series.entries().map(([key, samples]) => [key, samples.encode()]),
    restore: (data) => series.restore((data as [string | number, unknown][]).map(([key, samples]) => [key, Samples.decode(samples, size, detector.lag)])),
  };
}

/** The number to be judged; undefined for an event that has none. Throws QueryError for what is not a number. */
function valueOf(name: string, row: AnalyticRow): number | undefined {
  if (!row.counts || row.value === null) return undefined;
  const value = Number(numeric(name, row.value));
  return Number.isFinite(value) ? value : undefined;
}

/** The part of events of an unchanged series that may be called anomalies. */
export function tolerated(confidencePercent: SqlValue): number {
  return 1 - (confidencePercent as number) / 100;
}
