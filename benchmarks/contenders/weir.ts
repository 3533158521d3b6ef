import { EVENTS_PER_BATCH } from '../../local/cli/explain/limits';
import { compile } from '../../shared/compiler/compile';
import type { EventBatch } from '../../shared/event';
import { EventColumns, repeated } from '../../shared/event/columns';
import { createDecoder, openColumnsOf } from '../../shared/formats/decoder';
import type { Program, TimePolicy } from '../../shared/program';
import { Runner } from '../../shared/runtime/runner';
import { TICKS_PER_MS, TICKS_PER_SECOND, fromUnixMs, toUnixMs } from '../../shared/values/ticks';
import { DateTime, type SqlRecord, type SqlValue } from '../../shared/values/value';
import { START, type Data } from '../events';
import type { Cell, Contender, ResultRow } from '../question';

const FORMAT = { format: 'json', booleansAsBit: true } as const;

/** Takes everything: what is late or early is no question of these benchmarks. */
export const POLICY: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' };

export interface WeirOptions {
  partitions?: number;
  /** Arrival of event i, ms since 1970; default: one second after the first event's time. */
  arrivalOf?: (i: number) => number;
  /** Position of each partition's first event; default 0. */
  first?: number;
}

/** This engine: bytes of `input` through every stage in this process, batches of 1,000 events, rows of all outputs. */
export function weir(query: string, options: WeirOptions = {}): Contender {
  return {
    name: 'weir',
    open: (data) => {
      const program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }] });
      return Promise.resolve({ run: () => runOnce(program, data, options), close: () => {} });
    },
  };
}

function runOnce(program: Program, data: Data, options: WeirOptions): () => ResultRow[] {
  const rows: SqlRecord[] = [];
  const { partitions = 1 } = options;
  const runner = new Runner(program, {
    decoders: { input: createDecoder(FORMAT) },
    readers: { input: openColumnsOf(FORMAT) },
    partitions: { input: partitions },
    policy: POLICY,
    references: { at: () => ({ version: '0', rows: [] }) },
    onError: 'stop',
    // As every contender, it keeps the values: who has written a row needs its identity no more.
    onOutput: (batch) => {
      for (const { values } of batch.rows) rows.push(values);
    },
    onDeadLetters: (letters) => {
      throw new Error(`${letters.length} events were set aside: ${letters[0]?.message}`);
    },
  });
  for (const batch of batchesOf(data, options)) runner.push(batch);
  runner.finish();
  return () => rows.map((values) => Object.values(values).map(cellOf));
}

/** One batch after another to one partition after another, made as they are asked for, as from a file. */
export function* batchesOf(data: Data, { partitions = 1, arrivalOf, first = 0 }: WeirOptions): Generator<EventBatch & { events: EventColumns }> {
  const positions = new Array<number>(partitions).fill(first);
  // What is the same for all events need not be written down for each batch.
  const zeros = repeated(0, EVENTS_PER_BATCH);
  const arrivals = repeated(fromUnixMs(START) + TICKS_PER_SECOND, EVENTS_PER_BATCH);
  for (let start = 0, n = 0; start < data.from.length; start += EVENTS_PER_BATCH, n++) {
    const partition = n % partitions;
    const position = positions[partition] as number;
    const size = Math.min(EVENTS_PER_BATCH, data.from.length - start);
    const numbers = cut(zeros, size).slice();
    for (let i = 0; i < size; i++) numbers[i] = position + i;
    const enqueued = arrivalOf ? numbers.map((_, i) => fromUnixMs(arrivalOf(start + i))) : cut(arrivals, size);
    positions[partition] = position + size;
    yield { input: 'input', partition: String(partition), partitionCount: partitions, begin: 0, events: new EventColumns(numbers, enqueued, { bodies: data.bytes, from: data.from, to: data.to, offset: start }) };
  }
}

const cut = <T>(list: T[], length: number): T[] => (list.length === length ? list : list.slice(0, length));

function cellOf(value: SqlValue): Cell {
  if (value instanceof DateTime) return Math.round(toUnixMs(value.ticks) * TICKS_PER_MS) / TICKS_PER_MS;
  if (typeof value === 'number' || typeof value === 'string' || value === null) return value;
  return typeof value === 'bigint' ? Number(value) : JSON.stringify(value);
}
