/** Base and log of a large state: whatever is read back from them, it is what a whole snapshot would have been. */
import fc from 'fast-check';
import { WeirError } from '../../../shared/errors';
import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import type { Program, TimePolicy } from '../../../shared/program';
import { blobsToRead, EntityCache, runEntity, type EntityAddress, type EntityContext, type EntityEffects, type EntityResult, type Operation } from '../../../shared/runtime/entity';
import { Ingest } from '../../../shared/runtime/ingest';
import { isReplayable } from '../../../shared/runtime/replay';
import { bodyOf } from '../../../shared/runtime/state-base';
import { keep, keepWhole, type LogLimits, type StateLog } from '../../../shared/runtime/state-log';
import { logHeadOf, type StateRecord } from '../../../shared/runtime/state-text';
import { createUdfs } from '../../../shared/udf/javascript';
import { formatDateTime, parseDateTime, TICKS_PER_SECOND } from '../../../shared/values/ticks';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const policy: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 5 * TICKS_PER_SECOND, action: 'drop' };
const environment = { policy, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter' as const, gapTimeoutMs: 10_000 };
const ADDRESS: EntityAddress = { entity: 'partition', input: 'input', partition: '0' };
const udf = createUdfs({ f: 'function f(v) { return v; }' });
const compiled = (query: string): Program => compile(query, { inputs: [{ name: 'input', kind: 'stream' }, { name: 'names', kind: 'reference' }], shards: 2, udf, dropsOutOfOrder: true });
const MINUTE_WINDOW = 'SELECT k, COUNT(*) AS n INTO o FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 60)';
/** Rows that the state numbers. */
const LAG = 'SELECT k, LAG(t) OVER (PARTITION BY PartitionId LIMIT DURATION(minute, 1)) AS before INTO o FROM input PARTITION BY PartitionId TIMESTAMP BY t';
/** Windows that the stage finishes by itself. */
const OWN = 'SELECT k, PartitionId AS p, COUNT(*) AS n INTO o FROM input TIMESTAMP BY t GROUP BY k, PartitionId, TumblingWindow(second, 4)';

const NAMED = `WITH w AS (${MINUTE_WINDOW.replace(' INTO o', '')}) SELECT w.k, r.name INTO o FROM w JOIN names r ON w.k = r.k`;

/** An entity with its store. */
class Entity {
  text: string | null = null;
  readonly blobs = new Map<string, Uint8Array>();
  cache = new EntityCache();
  written = 0;
  private names = 0;

  constructor(
    private program: Program,
    private readonly limits: LogLimits,
    private readonly prefix = 'n',
  ) {}

  run(operations: readonly Operation[], nowMs: number, other: Partial<EntityContext['environment']> = {}): EntityResult {
    const blobs = new Map(blobsToRead(ADDRESS, this.text, this.cache).flatMap((name) => (this.blobs.has(name) ? [[name, this.blobs.get(name) as Uint8Array]] : [])));
    const context: EntityContext = { program: this.program, environment: { ...environment, ...other }, nowMs, random: () => `${this.prefix}${this.names++}`, cache: this.cache, limits: this.limits, blobs };
    const result = runEntity(ADDRESS, this.text, JSON.parse(JSON.stringify(operations)) as Operation[], context);
    for (const { name, bytes } of result.blobs.write) this.blobs.set(name, bytes);
    for (const name of result.blobs.remove) this.blobs.delete(name);
    this.written += result.stateText.length + result.blobs.write.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return result;
  }

  commit({ stateText }: EntityResult): void {
    this.text = stateText;
  }

  /** Another process, perhaps with another program. */
  restart(program = this.program): void {
    this.program = program;
    this.cache = new EntityCache();
  }
}

interface Step {
  events: { k: string; s: number }[];
  /** How many of the last batch's events come again with it. */
  again: number;
  tick: boolean;
  waits: number;
  abort: boolean;
  cold: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  events: fc.array(fc.record({ k: fc.constantFrom('a', 'b', 'c', 'd'), s: fc.integer({ min: 0, max: 40 }) }), { maxLength: 6 }),
  again: fc.integer({ min: 0, max: 2 }),
  tick: fc.boolean(),
  waits: fc.integer({ min: 0, max: 20_000 }),
  abort: fc.boolean(),
  cold: fc.boolean(),
});

/** The operations of each step, in order of position; one batch in so many is missing, so that deliveries are held until the gap is stepped over. */
function operationsOf(program: Program, steps: readonly Step[], missing = 6): Operation[][] {
  const ingest = new Ingest(program, 'input', { ...environment, decoder: createDecoder({ format: 'json', booleansAsBit: true }) });
  let position = 0;
  return steps.map(({ events, again, tick }, i) => {
    const first = Math.max(0, position - again);
    position += events.length;
    const batch = Array.from({ length: position - first }, (_, j) => {
      const { k = 'z', s = 1 } = events[j - again] ?? {};
      return { sequenceNumber: first + j, enqueued: START, body: Buffer.from(JSON.stringify({ k, t: formatDateTime(START + (s + i) * TICKS_PER_SECOND) })) };
    });
    const deliver = batch.length > 0 && i % missing !== missing - 1 ? [{ name: 'deliver', input: ingest.run({ input: 'input', partition: '0', partitionCount: 1, begin: 0, events: batch }).delivery }] : [];
    return [...deliver, ...(tick ? [{ name: 'tick', input: { watermark: START + i * 3 * TICKS_PER_SECOND, lastSequenceNumber: position - 1, partitions: 1 } }] : []), { name: 'release', input: true }];
  });
}

const fail = (what: string): never => {
  throw new WeirError('no-reference-data', what, 'retry');
};

/** Names of states are random. */
const plain = (effects: EntityEffects): unknown => JSON.parse(JSON.stringify(effects).replace(/\.[nw]\d+"/g, '"'));

describe('a state with a log', () => {
  it.each([
    MINUTE_WINDOW,
    OWN,
    LAG,
    'SELECT k, COUNT(*) AS n INTO o FROM input TIMESTAMP BY t GROUP BY k, HoppingWindow(second, 6, 2)',
  ])('has the effects of one that is written whole, with any boundaries, restarts and batches that were given up: %s', (query) => {
    const program = compiled(query);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.constantFrom(0, 60, 250, 700), fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 0, 3), (steps, inline, segments, times) => {
        const [whole, logged] = [new Entity(program, { inline: Infinity, segments: 0, times: 0 }, 'w'), new Entity(program, { inline, segments, times, block: 1 })];
        let nowMs = 0;
        for (const [i, operations] of operationsOf(program, steps).entries()) {
          const { waits, abort, cold } = steps[i] as Step;
          nowMs += waits;
          whole.restart();
          if (cold) logged.restart();
          if (abort) logged.run(operations, nowMs);
          const [expected, found] = [whole.run(operations, nowMs), logged.run(operations, nowMs)];
          expect(plain(found.effects)).toEqual(plain(expected.effects));
          expect(found.progress).toEqual(expected.progress);
          whole.commit(expected);
          logged.commit(found);
        }
      }),
      { numRuns: 60 },
    );
  });

  const filled = (program: Program, limits: LogLimits, steps = 60): { entity: Entity; operations: Operation[][] } => {
    const entity = new Entity(program, limits);
    const list = Array.from({ length: steps }, (_, i): Step => ({ events: Array.from({ length: 10 }, (_, j) => ({ k: `device-${i * 10 + j}`, s: 1 })), again: 0, tick: false, waits: 0, abort: false, cold: false }));
    const operations = operationsOf(program, list, Infinity);
    for (const batch of operations) entity.commit(entity.run(batch, 0));
    return { entity, operations };
  };

  it('writes what changed and not what exists: twice at most, and the text', () => {
    const program = compiled(MINUTE_WINDOW);
    const { entity: whole, operations } = filled(program, { inline: Infinity, segments: 0, times: 0 }, 600);
    const { entity: logged } = filled(program, { inline: 2_000, segments: 500, times: 0 }, 600);
    const given = operations.reduce((sum, batch) => sum + JSON.stringify(batch).length, 0);
    const texts = operations.length * (2_000 + 2_000);
    expect(logged.written).toBeLessThan(3 * given + texts);
    expect(logged.written).toBeLessThan(whole.written / 2);
    // Base and log are at most twice as long as the state.
    const kept = [...logged.blobs.values()].reduce((sum, { length }) => sum + length, 0);
    expect(kept).toBeLessThan(3 * (whole.text?.length ?? 0));
  });

  it('is none while the state is not much longer than what comes, and one when less comes', () => {
    const program = compiled(MINUTE_WINDOW);
    const { entity } = filled(program, { inline: 300, segments: 500, times: 1_000 });
    expect(logHeadOf(entity.text as string)).toBeUndefined();
    // A release follows every delivery, and changes nothing about it.
    for (let i = 0; i < 4; i++) entity.commit(entity.run([{ name: 'release', input: true }], 0));
    expect(logHeadOf(entity.text as string)).toBeUndefined();
    for (let i = 0; i < 60; i++) entity.commit(entity.run([{ name: 'release', input: true }], 0));
    expect(logHeadOf(entity.text as string)).toBeDefined();
  });

  it('becomes small again when the state does', () => {
    const program = compiled(OWN);
    const { entity } = filled(program, { inline: 1_000, segments: 500, times: 0 });
    expect(logHeadOf(entity.text as string)).toBeDefined();
    for (let i = 0; logHeadOf(entity.text as string); i++) {
      expect(i).toBeLessThan(2_000);
      entity.commit(entity.run([{ name: 'tick', input: { watermark: START + 1_000 * TICKS_PER_SECOND, lastSequenceNumber: -1, partitions: 1 } }], i));
    }
    entity.commit(entity.run([{ name: 'release', input: true }], 0));
    expect([...entity.blobs]).toEqual([]);
  });

  it('is refused when a part of it is missing, with what to do', () => {
    const { entity } = filled(compiled(MINUTE_WINDOW), { inline: 300, segments: 500, times: 0 });
    entity.blobs.delete([...entity.blobs.keys()].at(-1) as string);
    entity.restart();
    expect(() => entity.run([], 0)).toThrow(/a part of the state of input\|0 is not there: blob n\d+\/n\d+ .* restore the blob .* raise "version" in job\.json/);
  });

  it('numbers its outputs on when what is behind it was changed', () => {
    const nothing = compiled(`WITH s AS (${LAG.replace(' INTO o', '')}) SELECT k, before INTO o FROM s PARTITION BY PartitionId WHERE k = 'no such'`);
    const { entity } = filled(compiled(LAG), { inline: 300, segments: 500, times: 0 });
    const accounts = (JSON.parse(entity.text as string) as StateRecord).a;
    entity.restart(nothing);
    // What waits is released; numbers and counts stay.
    const [[sequence, generation], counters] = (JSON.parse(entity.run([], 0).stateText) as { a: [unknown[], unknown] }).a;
    expect([[sequence, generation, expect.anything()], counters, expect.anything()]).toEqual(accounts);
    expect(sequence).toBeGreaterThan(1);
  });

  it('asks for no reference data when it is read: what was joined has left', () => {
    const named = `WITH w AS (${OWN.replace(' INTO o', '')}) SELECT w.k, r.name INTO o FROM w JOIN names r ON w.k = r.k`;
    const program = compiled(named);
    // At a new base there is nothing to be applied again.
    const entity = [60, 61, 62].map((steps) => filled(program, { inline: 300, segments: 500, times: 0 }, steps).entity).find(({ text }) => (logHeadOf(text as string)?.m ?? 0) > 0) as Entity;
    entity.restart();
    const gone = { at: () => fail('it was asked for') };
    expect(() => entity.run([], 0, { references: gone })).not.toThrow();
    expect(() => entity.run([{ name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } }], 0, { references: gone })).toThrow('it was asked for');
  });

  it('reads a row that was set aside also when the job would stop at it now', () => {
    const program = compiled('SELECT k, PartitionId AS p, SUM(CAST(k AS bigint)) AS n INTO o FROM input TIMESTAMP BY t GROUP BY k, PartitionId, TumblingWindow(second, 60)');
    const { entity } = filled(program, { inline: 200, segments: 500, times: 0 });
    entity.restart();
    expect(() => entity.run([], 0, { onError: 'stop' })).not.toThrow();
  });
});

describe('what cannot be replayed', () => {
  const stages = (query: string): boolean => isReplayable(compiled(query).plan, ({ kind }) => kind !== 'ingest');

  it.each([
    [MINUTE_WINDOW, true],
    [MINUTE_WINDOW.replace('COUNT(*)', 'SUM(udf.f(v))').replace('TumblingWindow(second, 60)', 'SlidingWindow(second, 60)'), false],
    [MINUTE_WINDOW.replace('COUNT(*)', 'udf.f(COUNT(*))'), true],
    [`${MINUTE_WINDOW} HAVING udf.f(COUNT(*)) > 1`, true],
    [NAMED, true],
    ['WITH w AS (SELECT COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY TumblingWindow(second, 60)) SELECT LAG(r.name) OVER (LIMIT DURATION(hour, 1)) AS l INTO o FROM w JOIN names r ON w.n = r.n', false],
    [NAMED.replace('COUNT(*) AS n', 'LAG(k) OVER (PARTITION BY k LIMIT DURATION(hour, 1)) AS l').replace(/ GROUP BY [^)]*\)/, ''), false],
  ])('%s', (query, expected) => expect(stages(query)).toBe(expected));

  it('is written whole, and gives up the log that it had', () => {
    const { rest } = keep(undefined, undefined, () => bodyOf(() => [1, 2]), { limits: { inline: 1, segments: 1, times: 0 }, random: () => 'r', recent: 0 });
    const { log } = rest as { log: StateLog };
    expect(log).toEqual({ g: 'r', b: 'r', n: 5, s: [], m: 0, tail: [] });
    expect(keepWhole(log, '[1,2]')).toEqual({ rest: { body: '[1,2]' }, write: [], drop: ['r/r'], isCompact: true });
  });
});
