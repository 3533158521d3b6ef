/** What a benchmark is made of. */
import type { Data } from './events';

/** A value of a result row; times are ms since 1970. */
export type Cell = string | number | null;
export type ResultRow = readonly Cell[];

/** One who answers: all of a question's contenders get the same data and must give the same rows. */
export interface Contender {
  name: string;
  /** What is done once, before any time is taken: compiling, writing the file that is read. */
  open: (data: Data) => Promise<Opened>;
}

export interface Opened {
  /** From bytes to all result rows. What it gives turns them into cells, which is not timed. */
  run: () => Promise<Rows> | Rows;
  close: () => void;
}

export type Rows = () => ResultRow[];

export interface Question {
  name: string;
  /** The question in a line. */
  asks: string;
  /** How many events, unless `--events` says. */
  events: number;
  data: (events: number) => Data;
  /** Columns of a result row, in order. A `~` before a name: sums of floats, compared to nine digits. */
  columns: readonly string[];
  /** Weir first: ratios are those to it. */
  contenders: readonly Contender[];
  /** Events a second and core that Weir is to reach. */
  target?: number;
}

/** A question about how cost grows: Weir alone, over points of one axis. */
export interface Growth {
  name: string;
  asks: string;
  axis: string;
  events: number;
  points: readonly GrowthPoint[];
  /** The largest cost per event as a multiple of the smallest that is still well. */
  limit?: number;
}

export interface GrowthPoint {
  at: number;
  label?: string;
  data: (events: number) => Data;
  /** Share of `events` to use where an event is dear. */
  share?: number;
  contender: Contender;
}

/** A question about how the cost of an operation grows with the state: of a state with a log, and of one that is written whole. */
export interface OperationGrowth {
  name: string;
  asks: string;
  axis: string;
  /** Of a result row, as in {@link Question}. */
  columns: readonly string[];
  points: readonly { at: number; logged: () => OperatedState; whole: () => OperatedState }[];
}

/** A state that has been filled. Two with the same operations have the same rows. */
export interface OperatedState {
  /** The next operation, not run yet; gives the bytes that it writes, and whether the state was written whole by one with a log. */
  prepare: () => () => { bytes: number; isCompact: boolean };
  hasLog: () => boolean;
  /** An activation without operations, as a process does that has no live state: it reads the state and writes it. */
  readBack: () => void;
  rows: Rows;
}

/** Operations on a state, whose cost is of a call and not of an event. */
export interface StateQuestion {
  name: string;
  asks: string;
  events: number;
  /** How many keys. */
  keys: number;
  data: (events: number) => Data;
  contenders: readonly StateContender[];
  /** Milliseconds for writing and reading it back that Weir is to keep below. */
  targetMs: number;
}

export interface StateContender {
  name: string;
  open: (data: Data) => StateOperations;
}

export interface StateOperations {
  /** Writes the state, and makes a new one of what was written; gives the bytes written. */
  roundTrip: () => number;
  /** Result rows of the state that was read back last. */
  rows: Rows;
}
