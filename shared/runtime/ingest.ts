import { rowError } from '../errors';
import type { ColumnReader, DeadLetter, EventBatch, InputEvent, OpenColumns, OutputBatch, OutputRow } from '../event';
import { EventColumns } from '../event/columns';
import type { Program, Registers, TimePolicy } from '../program';
import { formatDateTime } from '../values/ticks';
import type { SqlRecord, SqlValue, Ticks } from '../values/value';
import type { Fate, IngestDelivery } from './delivery';
import type { EmittedRows } from './operators/emit';
import { EventRun, passesInColumns, RowsSince } from './event-run';
import { Pipeline, type Exchanged, type PipelineEnvironment, type RowFailure } from './pipeline';
import { Columns } from './row-codec';
import type { Row } from './row';
import { ScanReader, type EventPlace } from './scan-reader';

/** Bytes of one event to its records; throws QueryError when they are none. */
export type Decoder = (body: Uint8Array) => SqlRecord[];

export interface IngestEnvironment extends PipelineEnvironment {
  decoder: Decoder;
  /** Reads single columns where that is possible: faster than the decoder, and with the same values. */
  openColumns?: OpenColumns;
  policy: TimePolicy;
}

export interface IngestResult {
  delivery: IngestDelivery;
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

/** The stateless stage of one input. An instance serves one batch after another. */
export class Ingest {
  private readonly scans: ScanReader[];
  private readonly pipeline: Pipeline | undefined;
  /** Reads the columns that all scans ask for from the bytes; undefined when events have to be decoded as a whole. */
  private readonly reader: ColumnReader | undefined;
  private readonly isColumnar: boolean;

  constructor(
    program: Program,
    private readonly input: string,
    private readonly environment: IngestEnvironment,
  ) {
    const stage = program.plan.stages.find((s) => s.kind === 'ingest' && s.input?.toLowerCase() === input.toLowerCase());
    this.pipeline = stage && new Pipeline(program, stage, environment);
    this.scans = (stage?.operators ?? []).filter((id) => program.plan.operators[id]?.kind === 'scan').map((id) => new ScanReader(program, id, environment.policy));
    this.reader = openReader(this.scans, environment.openColumns);
    this.isColumnar = stage !== undefined && passesInColumns(program.plan, stage, this.scans);
  }

  /** Decodes, applies the stateless part of the time policy, filters and projects. Bad events become dead letters; only faults throw, and leave nothing behind. */
  run(batch: EventBatch): IngestResult {
    const events = batch.events instanceof EventColumns ? batch.events : EventColumns.of(batch.events);
    try {
      return new BatchRun(this.input, this.environment, { scans: this.scans, pipeline: this.pipeline, reader: this.reader, isColumnar: this.isColumnar }, { ...batch, events }).run();
    } catch (error) {
      this.pipeline?.take();
      throw error;
    }
  }
}

function openReader(scans: readonly ScanReader[], open: OpenColumns | undefined): ColumnReader | undefined {
  const columns = scans.map((scan) => scan.payload);
  if (!open || scans.length === 0 || columns.includes(undefined)) return undefined;
  const names = [...new Set(columns.flatMap((list) => list ?? []))];
  // Other scans may ask for the text of what is only a time to one.
  const times = [...new Set(scans.map((scan) => scan.timeColumn))];
  const time = times.length === 1 ? names.indexOf(times[0] ?? '') : -1;
  scans.forEach((scan) => scan.readFrom(names));
  return open(names, time);
}

/** Rows of one exchange on their way, with what the partition stage has to know of events that left no row. */
interface Channel {
  /** The highest event time up to each row, and whether the rows themselves tell. To be read through {@link maxOf}. */
  max: Ticks[];
  /** Instead, as long as the rows are those of a whole run: most never need the list. */
  whole?: EventRun | undefined;
  told: boolean;
  running: Ticks;
  over: string[];
}

function maxOf(channel: Channel): Ticks[] {
  if (channel.whole) channel.max = channel.whole.maxima();
  channel.whole = undefined;
  return channel.max;
}

interface Parts {
  scans: readonly ScanReader[];
  pipeline: Pipeline | undefined;
  reader: ColumnReader | undefined;
  /** Whether ordinary events go through the pipeline in columns. */
  isColumnar: boolean;
}

/** A batch as it is read. */
type Batch = Omit<EventBatch, 'events'> & { events: EventColumns };

/** One batch on its way. */
class BatchRun {
  private readonly deadLetters: DeadLetter[] = [];
  private readonly fates: [Fate, number][] = [];
  private readonly channels = new Map<number, Channel>();
  private readonly values: SqlValue[] = [];
  /** Of the event at hand: why it was set aside, and whether it was late. */
  private dead: string | undefined;
  private late = false;
  private bytes = 0;
  /** Which events the reader holds. */
  private opened = { start: 0, next: 0 };
  /** The position that would be next if there were no gap. */
  private next = 0;

  constructor(
    private readonly input: string,
    private readonly environment: IngestEnvironment,
    private readonly parts: Parts,
    private readonly batch: Batch,
  ) {}

  run(): IngestResult {
    const { scans, pipeline } = this.parts;
    for (const scan of scans) scan.startBatch();
    [this.next] = covered(this.batch);
    const { events } = this.batch;
    for (let i = 0; i < events.length; ) {
      i += this.readRun(i);
      if (i === events.length) break;
      const before = pipeline?.left ?? 0;
      const place: EventPlace = { event: events.at(i), partition: this.batch.partition };
      this.startEvent(place.event.sequenceNumber);
      this.readEvent(place, i++);
      if (pipeline && pipeline.output.failures.length > 0) this.takeFailures(pipeline, place);
      this.addFate(pipeline !== undefined && pipeline.left > before);
    }
    const output = pipeline?.take();
    return { delivery: this.delivery(output?.exchanged ?? []), outputs: this.outputs(output?.emitted ?? []), deadLetters: this.deadLetters };
  }

  private startEvent(sequenceNumber: number): void {
    if (sequenceNumber > this.next) this.addFates('absent', sequenceNumber - this.next);
    this.next = sequenceNumber + 1;
    this.dead = undefined;
    this.late = false;
  }

  /** Takes the ordinary events from `i` on, operator by operator; gives how many there were. */
  private readRun(i: number): number {
    const { scans, pipeline, reader, isColumnar } = this.parts;
    const [scan] = scans;
    if (!isColumnar || !reader || !pipeline || !scan) return 0;
    this.openAt(i, reader);
    const first = i - this.opened.start;
    const run = new EventRun(this.batch.events, i, { reader, first, count: this.opened.next - i, scan });
    if (run.length === 0) return 0;
    const since = new RowsSince(pipeline.output);
    const rows = new Columns(run.t, run.n);
    for (const each of scans) {
      each.reach(run.highest, run.arrival);
      pipeline.pushColumns(each.operator.id, rows.with(each.columnsOf(reader, first, run, this.batch.partition)), '');
      for (const id of each.exchanges) this.followRun(id, run);
    }
    for (const positions of since.positions()) run.mark(positions, 0, () => {});
    this.addRunFates(run, pipeline.output.failures.splice(0));
    return run.length;
  }

  private openAt(i: number, reader: ColumnReader): void {
    if (i === this.opened.next) this.opened = { start: i, next: i + reader.open(this.batch.events, i) };
  }

  /** As {@link follow}, for all rows that a run has left in an exchange. */
  private followRun(id: number, run: EventRun): void {
    const rows = this.parts.pipeline?.output.exchanged[id]?.[0];
    if (!rows) return;
    let channel = this.channels.get(id);
    if (!channel && run.markAll(rows.n)) {
      this.channels.set(id, { max: [], whole: run, told: run.tellsMax, running: run.ownHighest, over: [] });
      return;
    }
    if (!channel) this.channels.set(id, (channel = { max: [], told: true, running: -Infinity, over: [] }));
    const max = maxOf(channel);
    const highest = run.maxima();
    let { told, running } = channel;
    run.mark(rows.n, max.length, (k) => {
      const own = run.t[k] as Ticks;
      if (own > running) running = own;
      if (running !== highest[k]) told = false;
      max.push(highest[k] as Ticks);
    });
    channel.told = told;
    channel.running = running;
  }

  private addRunFates(run: EventRun, failures: readonly RowFailure[]): void {
    const { applied } = run;
    if (applied && failures.length === 0) {
      this.bytes += run.bytes;
      this.startEvent(applied[0]);
      this.addFates('applied', run.length);
      this.next = applied[1] + 1;
      return;
    }
    const dead = new Map<number, string>();
    for (const { reason, message, n } of [...failures].sort((a, b) => a.n - b.n)) {
      const k = run.placeOf(n);
      this.setAside(run.events.at(run.start + k), reason, message);
      dead.set(k, reason);
    }
    this.bytes += run.bytes;
    for (let k = 0; k < run.length; k++) {
      this.startEvent(run.n[k] as number);
      this.dead = dead.get(k);
      this.addFate(run.hasLeft(k));
    }
  }

  private readEvent(place: EventPlace, i: number): void {
    const { event } = place;
    const { body, from = 0, to = body.byteLength } = event;
    const { reader, scans } = this.parts;
    this.bytes += to - from;
    if (reader) this.openAt(i, reader);
    if (reader?.take(i - this.opened.start, this.values) && !scans.some((scan) => scan.isUncertain(this.values))) {
      for (const scan of scans) this.readScan(scan, place, undefined);
      return;
    }
    let records: SqlRecord[];
    try {
      records = this.environment.decoder(bytesOf(event));
    } catch (error) {
      return this.refuse(error, place);
    }
    for (const record of records) for (const scan of scans) this.readScan(scan, place, record);
  }

  /** `record`: undefined when the reader has read the columns. */
  private readScan(scan: ScanReader, place: EventPlace, record: SqlRecord | undefined): void {
    try {
      const { event } = place;
      const r: Registers = record === undefined ? scan.fromColumns(this.values, place) : scan.fromRecord(record, place);
      const t = scan.timeOf(r, event, record === undefined ? (this.parts.reader as ColumnReader).ticks : NaN);
      const row: Row = { t, r, s: '', n: event.sequenceNumber };
      this.late ||= scan.isLate;
      this.parts.pipeline?.push(scan.operator.id, row);
      this.follow(scan, t);
    } catch (error) {
      this.refuse(error, place);
    }
  }

  /** Notes for the rows that the last event has left in the exchanges of its scan. */
  private follow(scan: ScanReader, t: Ticks): void {
    for (const id of scan.exchanges) {
      const length = this.parts.pipeline?.output.exchanged[id]?.[0]?.length ?? 0;
      let channel = this.channels.get(id);
      if (length === (channel ? maxOf(channel).length : 0)) continue;
      if (!channel) this.channels.set(id, (channel = { max: [], told: true, running: -Infinity, over: [] }));
      channel.running = Math.max(channel.running, t);
      channel.told &&= channel.running === scan.max;
      for (let i = channel.max.length; i < length; i++) {
        channel.max.push(scan.max);
        if (scan.hasSubstreams) channel.over.push(scan.substream);
      }
    }
  }

  private takeFailures({ output }: Pipeline, place: EventPlace): void {
    for (const { reason, message } of output.failures.splice(0)) this.setAside(place.event, reason, message);
  }

  private refuse(thrown: unknown, place: EventPlace): void {
    const error = rowError(thrown);
    if (error.disposition !== 'dead-letter') throw error;
    if (this.environment.onError === 'stop' && !INPUT_FAULTS.has(error.code)) throw error;
    this.setAside(place.event, error.code, error.message);
  }

  private setAside(event: InputEvent, reason: string, message: string): void {
    this.dead = reason;
    this.deadLetters.push({
      reason,
      message,
      input: this.input,
      partition: this.batch.partition,
      sequenceNumber: event.sequenceNumber,
      enqueued: formatDateTime(event.enqueued),
      body: asBuffer(bytesOf(event)).toString('base64'),
    });
  }

  private addFate(isAlive: boolean): void {
    if (isAlive) this.addFates(this.late ? 'applied+late' : 'applied', 1);
    else if (this.dead === undefined) this.addFates(this.late ? 'filtered+late' : 'filtered', 1);
    else this.addFates(`dead:${this.dead}`, 1);
  }

  /** One for every position of the delivery, so also for those that no event has. */
  private addFates(fate: Fate, count: number): void {
    const last = this.fates[this.fates.length - 1];
    if (last?.[0] === fate) last[1] += count;
    else this.fates.push([fate, count]);
  }

  /** Rows for outputs that need no state, with the event's position as their identity. */
  private outputs(emitted: readonly EmittedRows[]): OutputBatch[] {
    const { batch } = this;
    const { first, last } = batch.events;
    const batches = new Map<string, OutputBatch>();
    const identity = `${this.input}/${batch.partition}${epochSuffix(batch, '@')}/`;
    // Only stages with state give rows the identities of windows.
    for (const { output, rows: made } of emitted as (EmittedRows & { windowed: false })[]) {
      let into = batches.get(output);
      if (!into) batches.set(output, (into = { output, writer: `${this.input}.${batch.partition}${epochSuffix(batch, '.')}`, first, last, rows: [] }));
      const { rows } = into;
      for (const row of made) {
        const copy = rows[rows.length - 1]?.n === row.n ? copyOf(rows, row.n) : 0;
        row.id = copy === 0 ? identity + row.n : `${identity}${row.n}/${copy}`;
        rows.push(row);
      }
    }
    return [...batches.values()];
  }

  private delivery(exchanged: Exchanged): IngestDelivery {
    const { batch } = this;
    const [first, last] = covered(batch);
    const finite = (t: Ticks): Ticks | null => (t === -Infinity ? null : t);
    const channels = [...this.channels].map(([id, channel]) => [id, { rows: exchanged[id]?.[0] as Columns, ...(channel.told ? {} : { max: maxOf(channel) }), ...(channel.over.length > 0 ? { over: channel.over } : {}) }] as const);
    return {
      source: `${this.input}/${batch.partition}`,
      first,
      last,
      ...(batch.begin === undefined ? {} : { begin: batch.begin }),
      ...(batch.absent === undefined ? {} : { absent: batch.absent }),
      ...(batch.epoch === undefined ? {} : { epoch: batch.epoch }),
      partitions: batch.partitionCount,
      bytes: this.bytes,
      fates: this.fates,
      scans: Object.fromEntries(this.parts.scans.map((scan) => [scan.operator.id, { max: finite(scan.max), arrival: finite(scan.arrival) }])),
      channels: Object.fromEntries(channels),
    };
  }
}

/** How many rows at the end are of the event at this position. */
function copyOf(rows: readonly OutputRow[], n: number): number {
  let count = 0;
  while (rows[rows.length - 1 - count]?.n === n) count++;
  return count;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf({ body, from = 0, to = body.byteLength }: InputEvent): Uint8Array {
  return from === 0 && to === body.byteLength ? body : body.subarray(from, to);
}

/** Faults of the event itself: they are set aside even when errors of the query stop the job. */
const INPUT_FAULTS = new Set(['invalid-json', 'empty-event', 'not-an-object', 'invalid-timestamp', 'invalid-timestamp-key', 'early', 'late', 'number-out-of-range', 'type-conversion', 'missing-column', 'duplicate-name', 'invalid-csv', 'invalid-compression']);

/** The same number in another life of the hub is another event, and must not be taken for one that was written. */
function epochSuffix({ epoch }: EventBatch, mark: string): string {
  return epoch === undefined ? '' : `${mark}${epoch.toString(36)}`;
}

/** The positions that the delivery stands for: from where the one before it ends. */
function covered({ after, events: { first, last } }: Batch): [number, number] {
  return [after === undefined ? first : after + 1, last];
}
