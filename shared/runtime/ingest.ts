import { dispositionOf, messageOf, QueryError } from '../errors';
import type { DeadLetter, EventBatch, InputEvent, OutputBatch } from '../event';
import type { CodeByKind, Program, Registers, ScanColumn, ScanOperator, Stage, TimePolicy } from '../program';
import { castTo } from '../values/convert';
import { toTicks } from '../values/compare';
import { member } from '../values/fields';
import { keyOf } from '../values/key';
import { formatDateTime } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue, type Ticks } from '../values/value';
import type { Fate, IngestDelivery } from './delivery';
import { Pipeline, type PipelineEnvironment } from './pipeline';
import { encodeRows } from './row-codec';
import type { Row } from './row';
import { judgeArrival } from './time-policy';

/** Bytes of one event to its records; throws QueryError when they are none. */
export type Decoder = (body: Uint8Array) => SqlRecord[];

export interface IngestEnvironment extends PipelineEnvironment {
  decoder: Decoder;
  policy: TimePolicy;
}

export interface IngestResult {
  delivery: IngestDelivery;
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

interface Scan {
  operator: ScanOperator;
  code: CodeByKind['scan'];
  max: Ticks;
  arrival: Ticks;
  /** Highest time up to each sequence number, and substream key, for the rows that go on. */
  maxAt: Map<number, Ticks>;
  keyAt: Map<number, string>;
}

/** The stateless stage of one input. An instance serves one batch after another. */
export class Ingest {
  private readonly stage: Stage | undefined;
  private readonly pipeline: Pipeline | undefined;

  constructor(
    private readonly program: Program,
    private readonly input: string,
    private readonly environment: IngestEnvironment,
  ) {
    this.stage = program.plan.stages.find((stage) => stage.kind === 'ingest' && stage.input?.toLowerCase() === input.toLowerCase());
    this.pipeline = this.stage && new Pipeline(program, this.stage, environment);
  }

  /** Decodes, applies the stateless part of the time policy, filters and projects. Bad events become dead letters; only faults throw, and leave nothing behind. */
  run(batch: EventBatch): IngestResult {
    try {
      return new BatchRun(this.program, this.input, this.environment, { scans: this.scans(), pipeline: this.pipeline }).run(batch);
    } catch (error) {
      this.pipeline?.take();
      throw error;
    }
  }

  private scans(): Scan[] {
    const operators = (this.stage?.operators ?? []).map((id) => this.program.plan.operators[id]).filter((op): op is ScanOperator => op?.kind === 'scan');
    return operators.map((operator) => ({ operator, code: this.program.code[operator.id] as CodeByKind['scan'], max: -Infinity, arrival: -Infinity, maxAt: new Map(), keyAt: new Map() }));
  }
}

/** One batch on its way. */
class BatchRun {
  private readonly deadLetters: DeadLetter[] = [];
  private readonly fates: [Fate, number][] = [];
  private readonly late = new Set<number>();
  private readonly dead = new Map<number, string>();
  private readonly events = new Map<number, InputEvent>();

  constructor(
    private readonly program: Program,
    private readonly input: string,
    private readonly environment: IngestEnvironment,
    private readonly parts: { scans: Scan[]; pipeline: Pipeline | undefined },
  ) {}

  run(batch: EventBatch): IngestResult {
    for (const event of batch.events) {
      this.events.set(event.sequenceNumber, event);
      this.readEvent(event, batch);
    }
    const output = this.parts.pipeline?.take();
    const alive = new Set<number>();
    const outputs = this.outputs(output?.emitted ?? [], batch, alive);
    const channels = this.channels(output?.exchanged ?? new Map(), alive);
    for (const failure of output?.failures ?? []) this.setAside(this.events.get(failure.n) as InputEvent, batch, failure.reason, failure.message);
    this.addFates(batch, alive);
    return { delivery: this.delivery(batch, channels), outputs, deadLetters: this.deadLetters };
  }

  private readEvent(event: InputEvent, batch: EventBatch): void {
    let records: SqlRecord[];
    try {
      records = this.environment.decoder(event.body);
    } catch (error) {
      this.refuse(error, event, batch);
      return;
    }
    for (const record of records) for (const scan of this.parts.scans) this.readRecord(record, event, scan, batch);
  }

  private readRecord(record: SqlRecord, event: InputEvent, scan: Scan, batch: EventBatch): void {
    try {
      const r = this.registers(record, event, scan.operator, batch);
      const t = this.timeOf(r, event, scan);
      if (t === undefined) return this.setAside(event, batch, ...(this.verdict as [string, string]));
      scan.max = Math.max(scan.max, t);
      scan.arrival = Math.max(scan.arrival, event.enqueued);
      scan.maxAt.set(event.sequenceNumber, scan.max);
      if (scan.code.over) scan.keyAt.set(event.sequenceNumber, this.substream(scan.code.over(r, t)));
      const row: Row = { t, r, s: '', n: event.sequenceNumber };
      this.parts.pipeline?.push(scan.operator.id, row);
    } catch (error) {
      this.refuse(error, event, batch);
    }
  }

  private substream(key: SqlValue[]): string {
    if (key.includes(null)) throw new QueryError('invalid-timestamp-key', 'the key of TIMESTAMP BY … OVER is NULL');
    return keyOf(key);
  }

  private registers(record: SqlRecord, event: InputEvent, scan: ScanOperator, batch: EventBatch): Registers {
    return scan.columns.map((column) => readColumn(column, record, event, batch));
  }

  /** Why the last event had no time. */
  private verdict: [string, string] | undefined;

  private timeOf(r: Registers, event: InputEvent, scan: Scan): Ticks | undefined {
    if (!scan.code.timestamp) return event.enqueued;
    const value = scan.code.timestamp(r, event.enqueued);
    const t = value === null ? undefined : toTicks(value);
    if (t === undefined) {
      const shown = value === null ? 'NULL' : JSON.stringify(String(value)).slice(0, 60);
      this.verdict = ['invalid-timestamp', `TIMESTAMP BY gives ${shown}, which is not a point in time; write it in ISO 8601 or convert it with DATEADD`];
      return undefined;
    }
    const judged = judgeArrival(t, event.enqueued, this.environment.policy);
    if (judged.kind === 'drop') {
      this.verdict = [judged.reason, `the event's time ${formatDateTime(t)} is too ${judged.reason} for its arrival at ${formatDateTime(event.enqueued)}; see "time" in job.json`];
      return undefined;
    }
    if (judged.late) this.late.add(event.sequenceNumber);
    return judged.t;
  }

  private refuse(error: unknown, event: InputEvent, batch: EventBatch): void {
    if (dispositionOf(error) !== 'dead-letter') throw error;
    const code = (error as QueryError).code;
    const isInputFault = INPUT_FAULTS.has(code);
    if (this.environment.onError === 'stop' && !isInputFault) throw error;
    this.setAside(event, batch, code, messageOf(error));
  }

  private setAside(event: InputEvent, batch: EventBatch, reason: string, message: string): void {
    this.dead.set(event.sequenceNumber, reason);
    this.deadLetters.push({
      reason,
      message,
      input: this.input,
      partition: batch.partition,
      sequenceNumber: event.sequenceNumber,
      enqueued: formatDateTime(event.enqueued),
      body: Buffer.from(event.body.buffer, event.body.byteOffset, event.body.byteLength).toString('base64'),
    });
  }

  private fateOf(n: number, alive: ReadonlySet<number>): Fate {
    const late = this.late.has(n) ? '+late' : '';
    if (alive.has(n)) return `applied${late}`;
    const reason = this.dead.get(n);
    return reason === undefined ? `filtered${late}` : `dead:${reason}`;
  }

  /** One for every position of the delivery, so also for those that no event has. */
  private addFates(batch: EventBatch, alive: ReadonlySet<number>): void {
    let [next] = covered(batch);
    for (const { sequenceNumber } of batch.events) {
      if (sequenceNumber > next) this.addFate('absent', sequenceNumber - next);
      this.addFate(this.fateOf(sequenceNumber, alive), 1);
      next = sequenceNumber + 1;
    }
  }

  private addFate(fate: Fate, count: number): void {
    const last = this.fates[this.fates.length - 1];
    if (last?.[0] === fate) last[1] += count;
    else this.fates.push([fate, count]);
  }

  /** Rows for outputs that need no state, with the event's position as their identity. */
  private outputs(emitted: { output: string; row: { n: number; t: Ticks; values: SqlRecord } }[], batch: EventBatch, alive: Set<number>): OutputBatch[] {
    const [first, last] = bounds(batch);
    const batches = new Map<string, OutputBatch>();
    const seen = new Map<string, number>();
    for (const { output, row } of emitted) {
      alive.add(row.n);
      const into = batches.get(output) ?? { output, writer: `${this.input}.${batch.partition}${epochSuffix(batch, '.')}`, first, last, rows: [] };
      batches.set(output, into);
      const copy = seen.get(`${output} ${row.n}`) ?? 0;
      seen.set(`${output} ${row.n}`, copy + 1);
      into.rows.push({ n: row.n, id: `${this.input}/${batch.partition}${epochSuffix(batch, '@')}/${row.n}${copy === 0 ? '' : `/${copy}`}`, t: row.t, values: row.values });
    }
    return [...batches.values()];
  }

  private channels(exchanged: Map<number, Map<number, Row[]>>, alive: Set<number>): IngestDelivery['channels'] {
    const channels: IngestDelivery['channels'] = {};
    for (const [exchange, shards] of exchanged) {
      const rows = [...shards.values()].flat();
      rows.forEach((row) => alive.add(row.n));
      const scan = this.scanBehind(exchange);
      const max = rows.map((row) => scan.maxAt.get(row.n) as Ticks);
      let running = -Infinity;
      const told = rows.every((row, i) => (running = Math.max(running, row.t)) === max[i]);
      channels[exchange] = { rows: encodeRows(rows, false), ...(told ? {} : { max }), ...(scan.code.over ? { over: rows.map((row) => scan.keyAt.get(row.n) as string) } : {}) };
    }
    return channels;
  }

  private scanBehind(exchange: number): Scan {
    const to = (this.program.plan.operators[exchange] as { to: string }).to;
    const stage = this.parts.scans.find((scan) => to === `partition.${scan.operator.input}.${scan.operator.id}`);
    return (stage ?? this.parts.scans[0]) as Scan;
  }

  private delivery(batch: EventBatch, channels: IngestDelivery['channels']): IngestDelivery {
    const [first, last] = covered(batch);
    const finite = (t: Ticks): Ticks | null => (t === -Infinity ? null : t);
    return {
      source: `${this.input}/${batch.partition}`,
      first,
      last,
      ...(batch.begin === undefined ? {} : { begin: batch.begin }),
      ...(batch.absent === undefined ? {} : { absent: batch.absent }),
      ...(batch.epoch === undefined ? {} : { epoch: batch.epoch }),
      partitions: batch.partitionCount,
      bytes: batch.events.reduce((sum, event) => sum + event.body.byteLength, 0),
      fates: this.fates,
      scans: Object.fromEntries(this.parts.scans.map((scan) => [scan.operator.id, { max: finite(scan.max), arrival: finite(scan.arrival) }])),
      channels,
    };
  }
}

/** Faults of the event itself: they are set aside even when errors of the query stop the job. */
const INPUT_FAULTS = new Set(['invalid-json', 'empty-event', 'not-an-object', 'invalid-timestamp', 'invalid-timestamp-key', 'early', 'late', 'number-out-of-range', 'type-conversion', 'invalid-csv', 'invalid-compression']);

/** The same number in another life of the hub is another event, and must not be taken for one that was written. */
function epochSuffix({ epoch }: EventBatch, mark: string): string {
  return epoch === undefined ? '' : `${mark}${epoch.toString(36)}`;
}

/** The positions that the delivery stands for: from where the one before it ends. */
function covered(batch: EventBatch): [number, number] {
  const [first, last] = bounds(batch);
  return [batch.after === undefined ? first : batch.after + 1, last];
}

function bounds(batch: EventBatch): [number, number] {
  return [(batch.events[0] as InputEvent).sequenceNumber, (batch.events[batch.events.length - 1] as InputEvent).sequenceNumber];
}

function readColumn(column: ScanColumn, record: SqlRecord, event: InputEvent, batch: EventBatch): SqlValue {
  switch (column.from) {
    case 'payload':
      return column.type ? declared(column, member(record, column.name)) : member(record, column.name);
    case 'record':
      return record;
    case 'arrival':
      return new DateTime(event.enqueued);
    case 'partition':
      return /^\d+$/.test(batch.partition) ? Number(batch.partition) : batch.partition;
    case 'metadata':
      return event.metadata ?? null;
  }
}

/** CREATE TABLE: a value that does not convert removes its event from the stream. */
function declared(column: ScanColumn, value: SqlValue): SqlValue {
  try {
    return castTo(value, column.type as NonNullable<ScanColumn['type']>);
  } catch (error) {
    throw new QueryError('type-conversion', `column '${column.name}' is declared ${column.type}: ${messageOf(error)}`);
  }
}
