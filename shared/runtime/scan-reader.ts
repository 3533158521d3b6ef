import { messageOf, QueryError } from '../errors';
import type { ColumnReader, InputEvent } from '../event';
import type { CodeByKind, Program, Registers, ScanColumn, ScanOperator, TimePolicy } from '../program';
import { toTicks } from '../values/compare';
import { castTo } from '../values/convert';
import { hasMember, member } from '../values/fields';
import { keyOf } from '../values/key';
import { formatDateTime } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue, type Ticks } from '../values/value';
import type { EventRun } from './event-run';
import { atFirstLevel } from './first-level';
import { judgeArrival } from './time-policy';

/** The event at hand and the partition that it is of. */
export interface EventPlace {
  event: InputEvent;
  partition: string;
}

/** One scan of the query: what it reads of an event, and which time it gives it. */
export class ScanReader {
  readonly operator: ScanOperator;
  /** Exchanges whose rows all come from this scan. */
  readonly exchanges: number[];
  private readonly code: CodeByKind['scan'];
  /** Place of each column among those that are read from the bytes; -1: it is not of the payload. */
  private places: number[] = [];
  /** Which columns CREATE TABLE declares. */
  private readonly declared: readonly number[];
  /** Whether the time is the time column as it is. */
  private readonly timeIsColumn: boolean;

  private readonly registers: Registers = [];
  private nulls: null[] = [];

  /** Highest event time and arrival of the batch so far. */
  max: Ticks = -Infinity;
  arrival: Ticks = -Infinity;
  /** Of the event read last: whether it was late, and its substream. */
  isLate = false;
  substream = '';

  constructor(
    program: Program,
    id: number,
    private readonly policy: TimePolicy,
  ) {
    this.operator = program.plan.operators[id] as ScanOperator;
    this.code = program.code[id] as CodeByKind['scan'];
    const { input, timestamp, columns } = this.operator;
    this.exchanges = program.plan.operators.flatMap((op) => (op.kind === 'exchange' && op.to === `partition.${input}.${id}` ? [op.id] : []));
    this.declared = columns.flatMap((column, i) => (column.type ? [i] : []));
    this.timeIsColumn = timestamp?.kind === 'register' && columns[timestamp.index]?.timeOnly === true;
  }

  get hasSubstreams(): boolean {
    return this.code.over !== undefined;
  }

  /** Whether events can be taken without looking at each: nothing is declared, and the time is that of arrival or a column as it is. */
  get isPlain(): boolean {
    return !this.hasSubstreams && this.declared.length === 0 && (this.code.timestamp === undefined || this.timeIsColumn);
  }

  /** Times of events, of which the reader holds the first as its event `k`, while they are ordinary and no policy has a say. `enqueued`: their arrivals. */
  plainTimes(reader: ColumnReader, k: number, enqueued: readonly Ticks[]): Ticks[] {
    const count = reader.ordinary(k, enqueued.length);
    if (!this.code.timestamp) return enqueued.slice(0, count);
    const times = reader.times(k, count);
    const { early, late } = this.policy;
    const [before, behind] = [early === 'unlimited' ? Infinity : early, late === 'unlimited' ? Infinity : late];
    let i = 0;
    // A time that is none is on neither side.
    while (i < count && (times[i] as Ticks) - (enqueued[i] as Ticks) <= before && (enqueued[i] as Ticks) - (times[i] as Ticks) <= behind) i++;
    if (i < count) times.length = i;
    return times;
  }

  /** Columns of a run of events, of which the reader holds the first as its event `k`. */
  columnsOf(reader: ColumnReader, k: number, { events, start, length }: EventRun, partition: string): SqlValue[][] {
    return this.operator.columns.map((column, c) => {
      const at = this.places[c] as number;
      if (column.timeOnly) return this.nothing(length);
      return at >= 0 ? reader.column(at, k, length) : Array.from({ length }, (_, i) => factOf(column, { event: events.at(start + i), partition }));
    });
  }

  /** One list for all batches: rows that have columns in common copy them before they change. */
  private nothing(count: number): null[] {
    if (this.nulls.length !== count) this.nulls = Array.from({ length: count }, () => null);
    return this.nulls;
  }

  /** Notes that events up to this time and arrival have been read. */
  reach(max: Ticks, arrival: Ticks): void {
    this.max = Math.max(this.max, max);
    this.arrival = Math.max(this.arrival, arrival);
  }

  /** The column of which only the time is asked for. */
  get timeColumn(): string | undefined {
    return this.operator.columns.find((column) => column.timeOnly)?.name.toLowerCase();
  }

  /** Columns to be read from the bytes, by name in lower case; undefined when the record as a whole is asked for. */
  get payload(): string[] | undefined {
    const { columns, firstLevel } = this.operator;
    if (firstLevel || columns.some(({ from }) => from === 'record')) return undefined;
    return columns.filter(({ from }) => from === 'payload').map(({ name }) => name.toLowerCase());
  }

  readFrom(names: readonly string[]): void {
    this.places = this.operator.columns.map(({ from, name }) => (from === 'payload' ? names.indexOf(name.toLowerCase()) : -1));
  }

  /** Whether the bytes do not tell enough: a declared column that is null may be missing. */
  isUncertain(values: readonly SqlValue[]): boolean {
    return this.declared.some((i) => values[this.places[i] as number] === null);
  }

  startBatch(): void {
    this.max = -Infinity;
    this.arrival = -Infinity;
  }

  /** Registers of an event of which the columns were read from the bytes. One list for all events: nothing in the trigger keeps it. */
  fromColumns(values: readonly SqlValue[], place: EventPlace): Registers {
    const { columns } = this.operator;
    const r = this.registers;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as ScanColumn;
      const at = this.places[i] as number;
      r[i] = at < 0 ? factOf(column, place) : declared(column, values[at] as SqlValue);
    }
    return r;
  }

  fromRecord(event: SqlRecord, place: EventPlace): Registers {
    const record = this.operator.firstLevel ? atFirstLevel(event) : event;
    for (const i of this.declared) mustHave(record, (this.operator.columns[i] as ScanColumn).name);
    return this.operator.columns.map((column) => (column.from === 'payload' ? declared(column, member(record, column.name)) : column.from === 'record' ? record : factOf(column, place)));
  }

  /**
   * The event's time. `ticks`: of the time column, where it was read from the bytes. Throws QueryError when there is none or the policy drops the event.
   */
  timeOf(r: Registers, event: InputEvent, ticks: number): Ticks {
    const t = this.judge(r, event, ticks);
    this.max = Math.max(this.max, t);
    this.arrival = Math.max(this.arrival, event.enqueued);
    if (this.code.over) this.substream = substreamOf(this.code.over(r, t));
    return t;
  }

  private judge(r: Registers, { enqueued }: InputEvent, ticks: number): Ticks {
    this.isLate = false;
    if (!this.code.timestamp) return enqueued;
    const t = this.timeIsColumn && !Number.isNaN(ticks) ? ticks : timeFrom(this.code.timestamp(r, enqueued));
    const judged = judgeArrival(t, enqueued, this.policy);
    if (judged.kind === 'drop') throw new QueryError(judged.reason, `the event's time ${formatDateTime(t)} is too ${judged.reason} for its arrival at ${formatDateTime(enqueued)}; see "time" in job.json`);
    this.isLate = judged.late;
    return judged.t;
  }
}

function timeFrom(value: SqlValue): Ticks {
  const t = value === null ? undefined : toTicks(value);
  if (t !== undefined) return t;
  const shown = value === null ? 'NULL' : JSON.stringify(String(value)).slice(0, 60);
  throw new QueryError('invalid-timestamp', `TIMESTAMP BY gives ${shown}, which is not a point in time; write it in ISO 8601 or convert it with DATEADD`);
}

function substreamOf(key: SqlValue[]): string {
  if (key.includes(null)) throw new QueryError('invalid-timestamp-key', 'the key of TIMESTAMP BY … OVER is NULL');
  return keyOf(key);
}

/** A column that is a fact about the event. */
function factOf({ from }: ScanColumn, { event, partition }: EventPlace): SqlValue {
  if (from === 'arrival') return new DateTime(event.enqueued);
  if (from === 'metadata') return event.metadata ?? null;
  return /^\d+$/.test(partition) ? Number(partition) : partition;
}

/** CREATE TABLE: an event without a declared column is removed from the stream. */
function mustHave(record: SqlRecord, name: string): void {
  if (!hasMember(record, name)) throw new QueryError('missing-column', `column '${name}' is declared by CREATE TABLE, and the event does not have it; send it, if only as null`);
}

/** CREATE TABLE: a value that does not convert removes its event from the stream. */
function declared(column: ScanColumn, value: SqlValue): SqlValue {
  if (column.type === undefined) return value;
  try {
    return castTo(value, column.type);
  } catch (error) {
    throw new QueryError('type-conversion', `column '${column.name}' is declared ${column.type}: ${messageOf(error)}`);
  }
}
