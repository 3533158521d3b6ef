/** One run of the live path: events are published, and rows awaited and compared, before any number counts. */
import { difference } from '../compare';
import type { ResultRow } from '../question';
import { startPublisher } from './child';
import { NO_COUNTS, type HostCounts } from './counts';
import { COLUMNS, eventsOf, expectedRows, type Load } from './job';
import { openWorld, type World } from './parts';
import type { Published } from './publisher-process';
import { blobRows, CosmosRows } from './sinks';

export interface RunOptions extends Load {
  /** Publish everything before the host starts; the time is then that of the host alone. */
  backlog: boolean;
  sdk: boolean;
  batch: number;
  paced: boolean;
  /** How often to look for rows, ms. */
  lookEvery: number;
  /** How long the host waits for its first event without a backlog, ms; default 1,500: by then it owns its partitions. */
  idleMs?: number;
  /** Of the app, beside the usual ones. */
  settings?: Record<string, string>;
  countsCopies?: boolean;
}

export interface LiveRun {
  events: number;
  rows: number;
  /** What is different about the rows of an output; then nothing else counts. */
  wrong?: string;
  /** From the first event published, or with a backlog from the host's start, to the last row in both outputs. */
  elapsedMs: number;
  /** How long publishing took. */
  publishedMs: number;
  /** Processor time by process within the elapsed time, ms. */
  cpuMs: Record<string, number>;
  /** Bytes copied by process, where that is counted. */
  copied: Record<string, number>;
  counts: HostCounts;
  /** The same before the first event. */
  idle: HostCounts;
  published: Published;
  /** The part of the events that the trigger had received when the last was published. */
  keptUp: number;
  /** Rows as they came in Cosmos DB, and when. */
  cosmos: { rows: readonly ResultRow[]; seen: readonly number[] };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
/** Without a new row for so long a run has failed. */
const PATIENCE = 45_000;

/** Throws when rows do not come, with the last lines of the parts' logs. */
export async function measureRun(options: RunOptions): Promise<LiveRun> {
  const expected = await expectedRows(eventsOf(options));
  const world = await openWorld(options.settings, options.countsCopies);
  try {
    return await runIn(world, expected, options);
  } finally {
    await world.close();
  }
}

async function runIn(world: World, expected: ResultRow[], options: RunOptions): Promise<LiveRun> {
  const publisher = await startPublisher({ ...options, connectionString: world.connections.eventHubs });
  const cosmos = new CosmosRows(world);
  try {
    const backlog = options.backlog ? await publisher.go() : undefined;
    await world.startHost();
    if (!backlog) await pause(options.idleMs ?? 1500);
    const idle = backlog ? NO_COUNTS : world.counts();
    const before = world.cpu();
    const copiedBefore = world.copied();
    const started = Date.now();
    const publishing = backlog ? Promise.resolve(backlog) : publisher.go();
    const received = watchReceived(world);
    await rowsArrive(world, cosmos, expected.length, options.lookEvery).finally(received.stop);
    const ended = Date.now();
    const after = world.cpu();
    const published = await publishing;
    const cpuMs = Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
    if (!backlog) cpuMs.publisher = publisher.cpu();
    await pause(500);
    const wrong = await wrongRows(world, cosmos.rows, expected);
    return {
      events: options.events,
      rows: expected.length,
      ...(wrong === undefined ? {} : { wrong }),
      elapsedMs: ended - started,
      publishedMs: published.ended - published.started,
      cpuMs,
      copied: Object.fromEntries(Object.entries(world.copied()).map(([name, bytes]) => [name, bytes - (copiedBefore[name] ?? 0)])),
      counts: world.counts(),
      idle,
      published,
      keptUp: Math.min(1, received.before(published.ended) / options.events),
      cosmos: { rows: cosmos.rows, seen: cosmos.seen },
    };
  } finally {
    cosmos.close();
    await publisher.stop();
  }
}

/** Keeps how many events the trigger had received, and when that was known; the host tells it every so often, so it was more. */
function watchReceived(world: World): { before: (time: number) => number; stop: () => void } {
  const samples: [time: number, events: number][] = [];
  const watching = setInterval(() => samples.push([Date.now(), world.counts().events]), 50);
  return { before: (time) => samples.filter(([sampled]) => sampled <= time).at(-1)?.[1] ?? 0, stop: () => clearInterval(watching) };
}

async function rowsArrive(world: World, cosmos: CosmosRows, count: number, lookEvery: number): Promise<void> {
  let last = Date.now();
  const watch = (rows: number, before: number): void => {
    if (rows !== before) last = Date.now();
    if (Date.now() - last > PATIENCE) throw new Error(`${rows} of ${count} rows after ${PATIENCE / 1000} s without a new one. ${world.log.slice(-5).join('\n')}`);
  };
  while (cosmos.rows.length < count) {
    const before = cosmos.rows.length;
    await cosmos.look();
    watch(cosmos.rows.length, before);
    await pause(lookEvery);
  }
  // The function writes blobs before its bindings write documents, so this is nearly always true at once.
  for (let rows = -1; rows < count; await pause(lookEvery)) {
    const before = rows;
    rows = (await blobRows(world)).length;
    watch(rows, before);
  }
}

async function wrongRows(world: World, cosmos: readonly ResultRow[], expected: readonly ResultRow[]): Promise<string | undefined> {
  const documents = difference(expected, cosmos, COLUMNS);
  const files = difference(expected, await blobRows(world), COLUMNS);
  return documents !== undefined ? `Cosmos DB: ${documents}` : files === undefined ? undefined : `Blob: ${files}`;
}
