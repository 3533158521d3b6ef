/**
 * The waist: what the compiler makes and the runtime runs. The plan is plain JSON: it can be printed, stored and compared.
 *
 * A plan is a list of operators in topological order (an operator's inputs come before it). Rows flow between operators as
 * registers: a flat list of values whose meaning the compiler fixed, so that nothing is looked up by name at run time.
 * Operators are cut into stages; a row leaves a stage only through an `exchange` or an `emit`.
 */
import type { AggregateAlgebra, AggregateOptions } from './builtins/aggregate';
import type { SqlRecord, SqlType, SqlValue, StaticType, Ticks } from './values/value';

export type Registers = SqlValue[];

// ---------------------------------------------------------------------------------------------------- expressions

/** A bound expression over the registers of its operator's input. */
export type Expr =
  | { kind: 'literal'; value: null | boolean | number | string; type: StaticType }
  | { kind: 'bigliteral'; digits: string; type: 'bigint' }
  | { kind: 'register'; index: number; type: StaticType }
  /** A member of a record, case-insensitively; NULL when there is none. */
  | { kind: 'field'; base: Expr; name: string; type: 'any' }
  /** System.Timestamp() of the row. */
  | { kind: 'timestamp'; type: 'datetime' }
  /** A scalar function or operator of builtins/scalars. */
  | { kind: 'call'; name: string; args: Expr[]; type: StaticType }
  | { kind: 'and' | 'or'; left: Expr; right: Expr; type: 'bit' }
  | { kind: 'not'; operand: Expr; type: 'bit' }
  | { kind: 'case'; branches: { when: Expr; then: Expr }[]; otherwise: Expr; type: StaticType }
  | { kind: 'udf'; name: string; args: Expr[]; type: 'any' }
  /** A record built from parts, left to right; on a name conflict the first wins (SELECT * rules). */
  | { kind: 'record'; parts: RecordPart[]; type: 'record' };

export type RecordPart = { kind: 'member'; name: string; value: Expr } | { kind: 'spread'; value: Expr };

// ------------------------------------------------------------------------------------------------------ operators

interface OperatorBase {
  id: number;
  /** Ids of the operators that feed it. */
  inputs: number[];
  /** Id of the stage that runs it. */
  stage: string;
  /** One name per output register, for people reading the plan. */
  layout: string[];
}

export interface ScanColumn {
  name: string;
  /** `payload`: a top-level field; `record`: the whole payload; the others are facts about the event. */
  from: 'payload' | 'record' | 'arrival' | 'partition' | 'metadata';
  /** Nobody reads it but TIMESTAMP BY, which is just this column. */
  timeOnly?: true;
  /** Declared by CREATE TABLE: converted on reading; an event that does not convert is dropped. */
  type?: SqlType;
}

/** Reads events of an input. Output registers: one per column. The row's time is `timestamp`, else the arrival time. */
export interface ScanOperator extends OperatorBase {
  kind: 'scan';
  input: string;
  columns: ScanColumn[];
  timestamp?: Expr;
  /** TIMESTAMP BY … OVER: the substream key. */
  over: Expr[];
  /** Events are read as compatibility level 1.0 does: names in lower case, ISO 8601 text as datetime. */
  firstLevel?: true;
}

export interface FilterOperator extends OperatorBase {
  kind: 'filter';
  predicate: Expr;
}

export interface ProjectOperator extends OperatorBase {
  kind: 'project';
  columns: Expr[];
}

/** CROSS/OUTER APPLY: appends one register with {ArrayIndex, ArrayValue} or {PropertyName, PropertyValue}. */
export interface ApplyOperator extends OperatorBase {
  kind: 'apply';
  mode: 'cross' | 'outer';
  of: 'elements' | 'properties';
  collection: Expr;
}

/** Join with reference data: appends the registers of the reference row (`columns`); all NULL on a left join without match. */
export interface LookupOperator extends OperatorBase {
  kind: 'lookup';
  reference: string;
  join: 'inner' | 'left';
  columns: ScanColumn[];
  /** Equality keys: `streamKey[i]` over the input's registers, `referenceKey[i]` over the reference row's own registers. */
  streamKey: Expr[];
  referenceKey: Expr[];
  /** What else must hold, over the concatenated registers. */
  residual?: Expr;
}

export interface AnalyticCall {
  /** lag, last, isfirst, anomalydetection_*, or the name of an aggregate. */
  name: string;
  value?: Expr;
  /** LAG's offset and LAST/LAG's default. */
  offset?: number;
  fallback?: Expr;
  partitionBy: Expr[];
  when?: Expr;
  /** History kept, from LIMIT DURATION; for ISFIRST the length of its interval. */
  limit: Ticks;
  orderBy: Expr[];
  options: AggregateOptions;
  type: StaticType;
}

/** LAG, LAST, ISFIRST and aggregates OVER (…): needs its input in time order; appends one register per call. */
export interface AnalyticOperator extends OperatorBase {
  kind: 'analytic';
  calls: AnalyticCall[];
}

export type WindowSpec = { id?: string } & (
  | { kind: 'tumbling'; size: Ticks; offset: Ticks }
  | { kind: 'hopping'; size: Ticks; hop: Ticks; offset: Ticks }
  | { kind: 'sliding'; size: Ticks }
  | { kind: 'session'; timeout: Ticks; maxDuration: Ticks; partitionBy: Expr[] }
  | { kind: 'snapshot' }
);

export interface AggregateCall {
  name: string;
  /** Absent for COUNT(*). */
  value?: Expr;
  orderBy: Expr[];
  options: AggregateOptions;
  type: StaticType;
  /** The user-defined aggregate that it is. It has no merge: its windows are computed whole. */
  script?: string;
}

/**
 * GROUP BY with a window. Output registers: keys, then results, then the window's id; the row's time is the window's end.
 *
 * `whole` does all in one stage. Split over two: `partial` (per partition) outputs keys, then *encoded aggregate states*, then the index of the
 * window in `windows`; `final` merges those rows and outputs as `whole` does.
 */
export interface AggregateOperator extends OperatorBase {
  kind: 'aggregate';
  phase: 'whole' | 'partial' | 'final';
  windows: WindowSpec[];
  keys: Expr[];
  aggregates: AggregateCall[];
}

/**
 * Stream-stream join; needs both inputs in time order. Output registers: left's, left's time, right's, right's time (datetimes); all of
 * the right NULL for a left row without match. A pair is considered when `lower <= right.t - left.t <= upper`; `residual` (which
 * includes the exact DATEDIFF) decides. Time of a pair: the later one; of a left row without match, known once the watermark has passed
 * left.t + upper: left.t + unmatched.
 */
export interface JoinOperator extends OperatorBase {
  kind: 'join';
  join: 'inner' | 'left';
  lower: Ticks;
  upper: Ticks;
  unmatched: Ticks;
  leftKey: Expr[];
  rightKey: Expr[];
  /** Over the output registers. */
  residual?: Expr;
  leftWidth: number;
  rightWidth: number;
}

export type Pattern =
  | { kind: 'variable'; name: string }
  | { kind: 'any' }
  | { kind: 'sequence' | 'choice'; parts: Pattern[] }
  | { kind: 'repeat'; part: Pattern; min: number; max: number | null };

/** A value inside MATCH_RECOGNIZE: over the candidate row, or of the rows matched so far. */
export type MatchExpr =
  | { kind: 'match'; function: 'first' | 'last' | 'min' | 'max'; variable: string | null; index: number }
  | { kind: 'classifier' };

/** MATCH_RECOGNIZE; input in time order. Output registers: one per measure. `inner` values fill registers after the input's own. */
export interface MatchOperator extends OperatorBase {
  kind: 'match';
  limit: Ticks;
  partitionBy: Expr[];
  pattern: Pattern;
  /** Predicates over the input's registers followed by one register per entry of `values`. */
  defines: { variable: string; predicate: Expr; values: MatchExpr[] }[];
  measures: { name: string; value: Expr; values: MatchExpr[] }[];
}

export interface UnionOperator extends OperatorBase {
  kind: 'union';
}

/**
 * Leaves the stage. `partition`: to the partition stage of the row's own partition; `hash`: to the shard of `key`; `single`: to the only
 * shard. In the receiving stage the same id stands for the rows that arrive.
 */
export interface ExchangeOperator extends OperatorBase {
  kind: 'exchange';
  route: 'partition' | 'hash' | 'single';
  key: Expr[];
  to: string;
}

/** Leaves the engine: a row for an output. */
export interface EmitOperator extends OperatorBase {
  kind: 'emit';
  output: string;
  /** Builds the row. */
  row: Expr;
}

export type Operator =
  | ScanOperator
  | FilterOperator
  | ProjectOperator
  | ApplyOperator
  | LookupOperator
  | AnalyticOperator
  | AggregateOperator
  | JoinOperator
  | MatchOperator
  | UnionOperator
  | ExchangeOperator
  | EmitOperator;

/**
 * - `ingest`: stateless, in the trigger, one per streaming input.
 * - `partition`: one instance per partition of `input`; knows order and watermark.
 * - `group`: `shards` instances; its watermark is the least of its sources.
 */
export interface Stage {
  id: string;
  kind: 'ingest' | 'partition' | 'group';
  /** The streaming input, for ingest and partition stages. */
  input?: string;
  shards: number;
  /** Operators of the stage in topological order. */
  operators: number[];
  /** Exchanges that feed it. */
  entries: number[];
  /** Stages that feed it. */
  upstream: string[];
}

export interface Plan {
  version: 1;
  inputs: { name: string; kind: 'stream' | 'reference' }[];
  outputs: string[];
  operators: Operator[];
  stages: Stage[];
  /** The longest stretch of event time that any operator looks back; a quiet app is left alone after it. */
  horizon: Ticks;
}

// ------------------------------------------------------------------------------------------------------- programs

/** Generated functions take the registers and the row's time. All may throw QueryError. */
export type Evaluate<T = SqlValue> = (r: Registers, t: Ticks) => T;

export interface CodeByKind {
  scan: { timestamp?: Evaluate; over?: Evaluate<SqlValue[]> };
  filter: { test: Evaluate<boolean> };
  project: { map: Evaluate<Registers> };
  apply: { collection: Evaluate };
  lookup: { streamKey: Evaluate<SqlValue[]>; referenceKey: Evaluate<SqlValue[]>; test?: Evaluate<boolean> };
  analytic: {
    calls: {
      value?: Evaluate;
      fallback?: Evaluate;
      partition: Evaluate<SqlValue[]>;
      when?: Evaluate<boolean>;
      order: Evaluate<SqlValue[]>;
    }[];
  };
  aggregate: {
    key: Evaluate<SqlValue[]>;
    /** One per window; only session windows have one. */
    sessionKeys: (Evaluate<SqlValue[]> | undefined)[];
    aggregates: { value?: Evaluate; order: Evaluate<SqlValue[]>; /** Of a user-defined aggregate; the others are found by name. */ algebra?: AggregateAlgebra }[];
  };
  join: { leftKey: Evaluate<SqlValue[]>; rightKey: Evaluate<SqlValue[]>; test?: Evaluate<boolean> };
  match: { partition: Evaluate<SqlValue[]>; defines: Evaluate<boolean>[]; measures: Evaluate[] };
  union: Record<string, never>;
  exchange: { key: Evaluate<SqlValue[]> };
  emit: { values: Evaluate<SqlRecord> };
}

export type OperatorCode = CodeByKind[keyof CodeByKind];

/** A compiled query. */
export interface Program {
  plan: Plan;
  /** By operator id. */
  code: OperatorCode[];
  /** The generated JavaScript of each stage, for `weir explain --code`. */
  source: Record<string, string>;
}

/** Time policy of an input (reference: Stream Analytics "time skew policies"). Durations in ticks. */
export interface TimePolicy {
  /** An event this much earlier in arrival than in event time is dropped. */
  early: Ticks | 'unlimited';
  late: Ticks | 'unlimited';
  outOfOrder: Ticks;
  action: 'adjust' | 'drop';
}
