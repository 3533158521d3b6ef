/** The worlds in which every script must give the same rows. */
import { compile } from '../../shared/compiler/compile';
import { createDecoder } from '../../shared/formats/decoder';
import type { EventBatch, InputEvent } from '../../shared/event';
import type { TimePolicy } from '../../shared/program';
import { Runner, type RunnerOptions } from '../../shared/runtime/runner';
import { createUdfs } from '../../shared/udf/javascript';
import { toJsonText } from '../../shared/values/json';
import { TICKS_PER_SECOND, fromUnixMs, parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord } from '../../shared/values/value';

export interface Scenario {
  query: string;
  inputs: string[];
  references?: Record<string, SqlRecord[]>;
  /** Raw bodies in order of arrival; `at` is the arrival. */
  events: { input: string; body: string; at?: string; metadata?: SqlRecord }[];
  /** By input: members of the metadata that are columns. */
  metadataColumns?: Record<string, string[]>;
  policy?: Partial<TimePolicy>;
}

export interface World {
  name: string;
  partitions: number;
  batch: number;
  roundTrip?: boolean;
  /** Every batch delivered twice, with other boundaries, and every delivery between entities repeated and out of order. */
  disturbed?: boolean;
}

export const WORLDS: readonly World[] = [
  { name: 'one batch', partitions: 1, batch: 1_000_000 },
  { name: 'one event a batch, state serialised in between', partitions: 1, batch: 1, roundTrip: true },
  { name: '2 partitions', partitions: 2, batch: 3 },
  { name: '7 partitions, state serialised in between', partitions: 7, batch: 2, roundTrip: true },
  { name: 'every batch twice and shuffled', partitions: 2, batch: 2, disturbed: true, roundTrip: true },
];

const ARRIVAL = fromUnixMs(Date.UTC(2024, 0, 1));
/** Files and tests have no lateness; out-of-order rows are put in order. */
export const PATIENT: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 86_400 * TICKS_PER_SECOND, action: 'adjust' };

export interface Outcome {
  /** Rows as JSON, by output, in order of text. */
  rows: Record<string, string[]>;
  letters: string[];
  status: ReturnType<Runner['status']>;
}

/** Runs a scenario in a world. Rows are gathered as an idempotent sink does: by output and id. */
export function runWorld(scenario: Scenario, world: World, random: () => number = seeded(7)): Outcome {
  const rows = new Map<string, string>();
  const letters = new Set<string>();
  const program = compile(scenario.query, {
    inputs: [...scenario.inputs.map((name) => ({ name, kind: 'stream' as const, metadataColumns: scenario.metadataColumns?.[name] ?? [] })), ...Object.keys(scenario.references ?? {}).map((name) => ({ name, kind: 'reference' as const }))],
    shards: 2,
    udf: createUdfs({}),
    dropsOutOfOrder: scenario.policy?.action === 'drop',
  });
  const decoder = createDecoder({ format: 'json', booleansAsBit: true });
  const options: RunnerOptions = {
    decoders: Object.fromEntries(scenario.inputs.map((name) => [name.toLowerCase(), decoder])),
    partitions: Object.fromEntries(scenario.inputs.map((name) => [name.toLowerCase(), world.partitions])),
    policy: { ...PATIENT, ...scenario.policy },
    references: { at: (name) => ({ version: '1', rows: scenario.references?.[name] ?? [] }) },
    onError: 'dead-letter',
    onOutput: ({ output, rows: batch }) => batch.forEach((row) => rows.set(`${output}\u0000${row.id}`, toJsonText(row.values))),
    onDeadLetters: (found) => found.forEach((letter) => letters.add(`${letter.reason} ${letter.input} ${letter.body === '' ? letter.message : ''}`.trim())),
    ...(world.roundTrip ? { roundTrip: true } : {}),
    ...(world.disturbed ? { disturb: <T>(list: T[]): T[] => shuffle([...list, ...list], random) } : {}),
  };
  const runner = new Runner(program, options);
  const batches = batchesOf(scenario, world);
  for (const batch of world.disturbed ? batches.flatMap((b, i) => [b, joined(batches[i - 1], b), b]) : batches) runner.push(batch);
  runner.finish();
  return { rows: byOutput(rows), letters: [...letters].sort(), status: runner.status() };
}

/** Two batches of the same partition as one: a redelivery with other boundaries. */
function joined(a: EventBatch | undefined, b: EventBatch): EventBatch {
  const adjacent = a && a.input === b.input && a.partition === b.partition && (a.events[a.events.length - 1] as InputEvent).sequenceNumber + 1 === (b.events[0] as InputEvent).sequenceNumber;
  return adjacent ? { ...b, events: [...a.events, ...b.events] } : b;
}

function byOutput(rows: Map<string, string>): Record<string, string[]> {
  const outputs: Record<string, string[]> = {};
  for (const [key, row] of rows) (outputs[key.split('\u0000')[0] as string] ??= []).push(row);
  for (const list of Object.values(outputs)) list.sort();
  return outputs;
}

/** Events go to the partitions in turn, and batches of all partitions take turns. */
function batchesOf(scenario: Scenario, world: World): EventBatch[] {
  const queues = new Map<string, InputEvent[]>();
  const turn = new Map<string, number>();
  for (const { input, body, at, metadata } of scenario.events) {
    const n = turn.get(input) ?? 0;
    turn.set(input, n + 1);
    const key = `${input}\u0000${n % world.partitions}`;
    const queue = queues.get(key) ?? [];
    queues.set(key, queue);
    queue.push({ sequenceNumber: queue.length, enqueued: at ? (parseDateTime(at) ?? ARRIVAL) : ARRIVAL, body: Buffer.from(body), ...(metadata ? { metadata } : {}) });
  }
  const batches: EventBatch[] = [];
  for (let round = 0; [...queues.values()].some((q) => q.length > round * world.batch); round++) {
    for (const [key, queue] of queues) {
      const [input, partition] = key.split('\u0000') as [string, string];
      const events = queue.slice(round * world.batch, (round + 1) * world.batch);
      if (events.length > 0) batches.push({ input, partition, partitionCount: world.partitions, begin: 0, events });
    }
  }
  return batches;
}

export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffle<T>(list: T[], random: () => number): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
  return list;
}
