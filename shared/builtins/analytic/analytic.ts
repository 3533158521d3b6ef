import type { SqlValue, Ticks } from '../../values/value';
import type { AggregateOptions } from '../aggregate';

/** One event as an analytic function sees it. It is only lent: the next event has the same object. */
export interface AnalyticRow {
  t: Ticks;
  /** Partition key, as `handleOf` of values/key.ts gives it. */
  key: string | number;
  value: SqlValue;
  fallback: SqlValue;
  order: readonly SqlValue[];
  /** Whether WHEN holds (or there is none): only such events are remembered. */
  counts: boolean;
}

/** The state of one analytic call. Events come in order of time. */
export interface AnalyticState {
  /** Throws QueryError for a row that `next` could not take; changes nothing. */
  check?(row: AnalyticRow): void;
  next(row: AnalyticRow): SqlValue;
  expire(w: Ticks): void;
  snapshot(): unknown;
  restore(data: unknown): void;
}

/** An argument that must be written in the query as a constant. */
export interface ConstantParameter {
  name: string;
  /** What it may be, for messages. */
  allowed: string;
  accepts(value: SqlValue): boolean;
}

/** An analytic function whose arguments after the first are constants. */
export interface AnalyticFunction {
  /** Lower case. */
  name: string;
  constants: readonly ConstantParameter[];
  create(settings: AnalyticSettings): AnalyticState;
}

export interface AnalyticSettings {
  name: string;
  offset: number;
  limit: Ticks;
  options: AggregateOptions;
}
