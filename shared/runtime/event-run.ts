import type { ColumnReader } from '../event';
import type { EventColumns, EventSpans } from '../event/columns';
import type { Operator, Plan, Stage } from '../program';
import type { Ticks } from '../values/value';
import type { PipelineOutput } from './pipeline';
import type { ScanReader } from './scan-reader';

/**
 * Whether many events may go through a stage operator by operator instead of one by one. Not where ways meet (a union, two SELECTs INTO one output): there the rows of
 * one event have to stay together.
 */
export function passesInColumns({ operators }: Plan, stage: Stage, scans: readonly ScanReader[]): boolean {
  const own = stage.operators.map((id) => operators[id] as Operator);
  const outputs = own.flatMap((operator) => (operator.kind === 'emit' ? [operator.output.toLowerCase()] : []));
  return scans.every((scan) => scan.isPlain) && own.every(({ inputs }) => inputs.length <= 1) && new Set(outputs).size === outputs.length;
}

/** Ordinary events of a batch, one behind the other: read from their bytes, with a time that needs no judgement. */
export class EventRun {
  readonly t: Ticks[];
  readonly n: number[];
  readonly arrival: Ticks;
  readonly bytes: number;
  /** The highest event time of the batch up to the last of them; and up to the event before the first. */
  readonly highest: Ticks;
  private readonly before: Ticks;
  /** 1 for an event of which a row has left. */
  private left: Uint8Array | undefined;
  private haveAllLeft = false;

  /** Takes events from `start` on, the reader's `first`, while they are ordinary; `before`: the highest event time before them. */
  constructor(
    readonly events: EventColumns,
    readonly start: number,
    { reader, first, count, scan }: { reader: ColumnReader; first: number; count: number; scan: ScanReader },
  ) {
    const { sequenceNumbers, enqueued, spans } = events;
    const arrivals = start === 0 && count === enqueued.length ? enqueued : enqueued.slice(start, start + count);
    this.t = scan.plainTimes(reader, first, arrivals);
    this.n = sequenceNumbers.slice(start, start + this.t.length);
    this.arrival = greatest(arrivals, this.t.length, -Infinity);
    this.highest = greatest(this.t, this.t.length, scan.max);
    this.bytes = bytesOf(spans, start, this.t.length);
    this.before = scan.max;
  }

  get length(): number {
    return this.t.length;
  }

  /** The highest event time of the batch up to each event. */
  maxima(): Ticks[] {
    let max = this.before;
    return this.t.map((t) => (t > max ? (max = t) : max));
  }

  /** The highest of these events' own times up to the last. */
  get ownHighest(): Ticks {
    return this.tellsMax ? this.highest : Math.max(...this.t);
  }

  /** Whether the highest time up to each event is one of these events'. */
  get tellsMax(): boolean {
    return (this.t[0] as Ticks) >= this.before;
  }

  hasLeft(k: number): boolean {
    return this.haveAllLeft || this.left?.[k] === 1;
  }

  /** Notes that a row of every event has left, when these are the positions of all. */
  markAll(positions: readonly number[]): boolean {
    if (positions !== this.n) return false;
    this.haveAllLeft = true;
    return true;
  }

  /** The first and the last position where a row of every event has left, and none is missing between them. */
  get applied(): [number, number] | undefined {
    const [first, last] = [this.n[0] as number, this.n[this.length - 1] as number];
    return this.haveAllLeft && last - first === this.length - 1 ? [first, last] : undefined;
  }

  /** Notes that rows of these positions, which are in order, have left; gives the place of each one's event to `each`. */
  mark(positions: readonly number[], from: number, each: (k: number, i: number) => void): void {
    const left = (this.left ??= new Uint8Array(this.length));
    let k = 0;
    for (let i = from; i < positions.length; i++) {
      while (this.n[k] !== positions[i]) k++;
      left[k] = 1;
      each(k, i);
    }
  }

  placeOf(position: number): number {
    return this.n.indexOf(position);
  }
}

function greatest(list: readonly number[], count: number, atLeast: number): number {
  let most = atLeast;
  for (let i = 0; i < count; i++) if ((list[i] as number) > most) most = list[i] as number;
  return most;
}

function bytesOf({ from, to, offset }: EventSpans, start: number, count: number): number {
  let bytes = 0;
  for (let i = offset + start; i < offset + start + count; i++) bytes += (to[i] as number) - (from[i] as number);
  return bytes;
}

/** Result rows that leave after now. */
export class RowsSince {
  private readonly runs: number;
  private readonly rows: number;

  constructor(private readonly output: PipelineOutput) {
    this.runs = output.emitted.length;
    this.rows = output.emitted[this.runs - 1]?.rows.length ?? 0;
  }

  /** Their positions, list by list. */
  *positions(): Generator<number[]> {
    const { emitted } = this.output;
    for (let i = Math.max(0, this.runs - 1); i < emitted.length; i++) {
      const { rows } = emitted[i] as PipelineOutput['emitted'][number];
      yield rows.slice(i < this.runs ? this.rows : 0).map(({ n }) => n);
    }
  }
}
