/** The worlds in which every script must give the same rows. */
import { compile, type CompileOptions } from '../../shared/compiler/compile';
import { createDecoder, openColumnsOf } from '../../shared/formats/decoder';
import type { DeadLetter, InputEvent, OutputBatch } from '../../shared/event';
import type { Program, TimePolicy } from '../../shared/program';
import type { SourceBatch } from '../../shared/sources/source';
import { Runner, type RunnerOptions } from '../../shared/runtime/runner';
import { Timeline, type Snapshot } from '../../shared/sources/timeline';
import { createUdfs } from '../../shared/udf/javascript';
import { toJsonText } from '../../shared/values/json';
import { TICKS_PER_SECOND, fromUnixMs, parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord } from '../../shared/values/value';
import { EntityStore } from './entity-store';

export interface Scenario {
  query: string;
  inputs: string[];
  references?: Record<string, SqlRecord[]>;
  /** Of reference data that changes. */
  snapshots?: Record<string, (Snapshot & { rows: SqlRecord[] })[]>;
  /** User-defined functions and aggregates: JavaScript by name. */
  functions?: Record<string, string>;
  /** Raw bodies in order of arrival; `at` is the arrival. */
  events: { input: string; body: string; at?: string; metadata?: SqlRecord; /** The metadata as the trigger gives them. */ raw?: { system?: Record<string, unknown>; user?: Record<string, unknown> } }[];
  /** By input: members of the metadata that are columns. */
  metadataColumns?: Record<string, string[]>;
  policy?: Partial<TimePolicy>;
  /** All events are in one partition, whatever the world: their order is part of what is shown. */
  together?: boolean;
  level?: '1.0' | '1.1' | '1.2';
}

export interface World {
  name: string;
  partitions: number;
  batch: number;
  roundTrip?: boolean;
  /** Every batch delivered twice, with other boundaries, and every delivery between entities repeated and out of order. */
  disturbed?: boolean;
  /** As durable entities run the stages, see {@link EntityStore}. */
  entities?: boolean;
}

export const WORLDS: readonly World[] = [
  { name: 'one batch', partitions: 1, batch: 1_000_000 },
  { name: 'one event a batch, state serialised in between', partitions: 1, batch: 1, roundTrip: true },
  { name: '2 partitions', partitions: 2, batch: 3 },
  { name: '7 partitions, state serialised in between', partitions: 7, batch: 2, roundTrip: true },
  { name: 'every batch twice and shuffled', partitions: 2, batch: 2, disturbed: true, roundTrip: true },
  { name: 'stages as durable entities run them', partitions: 2, batch: 2, entities: true },
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

/** Runs a scenario in a world. Rows are gathered as idempotent sinks do: by their identity, and by the position of their batch. */
export function runWorld(scenario: Scenario, world: World, random: () => number = seeded(7)): Outcome {
  const gathered = new Gathered();
  const program = compile(scenario.query, compileOptions(scenario));
  const format = { format: 'json' as const, booleansAsBit: scenario.level === undefined || scenario.level === '1.2' };
  const decoder = createDecoder(format);
  const options: RunnerOptions = {
    decoders: Object.fromEntries(scenario.inputs.map((name) => [name.toLowerCase(), decoder])),
    readers: Object.fromEntries(scenario.inputs.map((name) => [name.toLowerCase(), openColumnsOf(format)])),
    partitions: Object.fromEntries(scenario.inputs.map((name) => [name.toLowerCase(), world.partitions])),
    policy: { ...PATIENT, ...scenario.policy },
    references: referencesOf(scenario),
    onError: 'dead-letter',
    onOutput: (batch) => gathered.output(batch),
    onDeadLetters: (letters) => gathered.deadLetters(letters),
    ...(world.roundTrip ? { roundTrip: true } : {}),
    ...(world.disturbed ? { disturb: <T>(list: T[]): T[] => shuffle([...list, ...list], random) } : {}),
  };
  const batches = batchesOf(scenario, world);
  const status = world.entities ? runEntities({ program, options, batches, random }, scenario, world) : runInProcess({ program, options, batches, random }, world);
  return { ...gathered.outcome(), status };
}

function referencesOf({ references, snapshots }: Scenario): RunnerOptions['references'] {
  const timelines = new Map(Object.entries(snapshots ?? {}).map(([name, list]) => [name, new Timeline(list)]));
  return { at: (name, t) => timelines.get(name)?.at(t, Infinity) ?? { rows: references?.[name] ?? [] } };
}

export function compileOptions({ inputs, references, policy, level, metadataColumns, functions }: Scenario): CompileOptions {
  return {
    inputs: [...inputs.map((name) => ({ name, kind: 'stream' as const, metadataColumns: metadataColumns?.[name] ?? [] })), ...Object.keys(references ?? {}).map((name) => ({ name, kind: 'reference' as const }))],
    shards: 2,
    udf: createUdfs(functions ?? {}),
    dropsOutOfOrder: policy?.action === 'drop',
    lowerCaseNames: level === '1.0',
  };
}

type Batch = SourceBatch & { input: string };

interface Run {
  program: Program;
  options: RunnerOptions;
  batches: Batch[];
  random: () => number;
}

function runInProcess({ program, options, batches }: Run, world: World): Outcome['status'] {
  const runner = new Runner(program, options);
  for (const batch of world.disturbed ? twice(batches) : batches) runner.push(batch);
  runner.finish();
  return runner.status();
}

function runEntities({ program, options, batches, random }: Run, scenario: Scenario, world: World): Outcome['status'] {
  const store = new EntityStore(program, { environment: options, decoders: options.decoders, onOutput: options.onOutput, onDeadLetters: options.onDeadLetters, random });
  for (const batch of twice(batches)) {
    store.push(batch);
    if (random() < 0.3) store.settle();
  }
  store.settle();
  for (const input of scenario.inputs) store.end(input, world.partitions);
  store.settle();
  return store.status();
}

/** Every batch twice, and once together with the one before it in its partition: a redelivery with other boundaries. */
function twice(batches: readonly Batch[]): Batch[] {
  const last = new Map<string, Batch>();
  return batches.flatMap((batch) => {
    const key = `${batch.input} ${batch.partition}`;
    const earlier = last.get(key);
    last.set(key, batch);
    return [batch, earlier ? { ...batch, events: [...earlier.events, ...batch.events] } : batch, batch];
  });
}

/**
 * What sinks would hold. Cosmos DB has a document per identity; a blob has a block per writer and position, which a batch that comes again
 * overwrites. Both must have the same rows.
 */
class Gathered {
  private readonly documents = new Map<string, string>();
  private readonly blocks = new Map<string, Map<number, string[]>>();
  private readonly letters = new Set<string>();

  output({ output, writer, first, last, rows }: OutputBatch): void {
    for (const row of rows) this.documents.set(`${output}\u0000${row.id}`, toJsonText(row.values));
    const key = `${output}\u0000${writer}`;
    const blocks = this.blocks.get(key) ?? new Map<number, string[]>();
    this.blocks.set(key, blocks);
    for (const n of new Set(rows.map((row) => row.n))) blocks.set(n, rows.filter((row) => row.n === n).map((row) => toJsonText(row.values)));
    expect(rows.every(({ n }) => n >= first && n <= last)).toBe(true);
  }

  deadLetters(found: readonly DeadLetter[]): void {
    for (const letter of found) this.letters.add(`${letter.reason} ${letter.input} ${letter.body === '' ? letter.message : ''}`.trim());
  }

  outcome(): Omit<Outcome, 'status'> {
    const rows: Record<string, string[]> = {};
    for (const [key, row] of this.documents) (rows[key.split('\u0000')[0] as string] ??= []).push(row);
    const written: Record<string, string[]> = {};
    for (const [key, blocks] of this.blocks) (written[key.split('\u0000')[0] as string] ??= []).push(...[...blocks.values()].flat());
    for (const list of [...Object.values(rows), ...Object.values(written)]) list.sort();
    expect(written).toEqual(rows);
    return { rows, letters: [...this.letters].sort() };
  }
}

/** Events go to the partitions in turn, and batches of all partitions take turns. */
function batchesOf(scenario: Scenario, world: World): Batch[] {
  const queues = new Map<string, InputEvent[]>();
  const turn = new Map<string, number>();
  for (const { input, body, at, metadata } of scenario.events) {
    const n = turn.get(input) ?? 0;
    turn.set(input, n + 1);
    const key = `${input}\u0000${scenario.together ? 0 : n % world.partitions}`;
    const queue = queues.get(key) ?? [];
    queues.set(key, queue);
    queue.push({ sequenceNumber: queue.length, enqueued: at ? (parseDateTime(at) ?? ARRIVAL) : ARRIVAL, body: Buffer.from(body), ...(metadata ? { metadata } : {}) });
  }
  const batches: Batch[] = [];
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
