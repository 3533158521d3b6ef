import { compile } from '../../shared/compiler/compile';
import { createDecoder, openColumnsOf } from '../../shared/formats/decoder';
import type { EventBatch } from '../../shared/event';
import { EntityCache, runEntity, type EntityAddress, type EntityEffects, type Operation } from '../../shared/runtime/entity';
import { Ingest } from '../../shared/runtime/ingest';
import { LOG_LIMITS, type LogLimits } from '../../shared/runtime/state-log';
import type { DateTime } from '../../shared/values/value';
import { toUnixMs } from '../../shared/values/ticks';
import { batchesOf, POLICY } from '../contenders/weir';
import { makeEvents, type Data } from '../events';
import type { DeviceEvent } from '../contenders/json-parse';
import { parsed } from '../contenders/json-parse';
import type { ResultRow, StateOperations, StateQuestion } from '../question';
import { windowEnd } from './window-end';

const KEYS = 100_000;
/** A single window stays open to the end; it is computed whole, for the stream is partitioned as it is grouped. */
const QUERY = 'SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, System.Timestamp() AS until INTO output FROM input PARTITION BY deviceId TIMESTAMP BY time GROUP BY deviceId, TumblingWindow(day, 1)';
const FORMAT = { format: 'json', booleansAsBit: true } as const;
const ADDRESS: EntityAddress = { entity: 'partition', input: 'input', partition: '0' };
const DAY = 86_400_000;

/** Each activation that applies something writes a new base. */
const ALWAYS_A_BASE: LogLimits = { inline: 0, segments: 0, times: 0 };
/** Comes before all events and changes nothing. */
const TICK: Operation = { name: 'tick', input: { watermark: 0, lastSequenceNumber: -1, partitions: 1 } };
const END: Operation = { name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } };

/** The entity of a partition as the app runs it, and the blobs of its state. */
class PartitionEntity {
  private readonly program = compile(QUERY, { inputs: [{ name: 'input', kind: 'stream', partitionKey: 'deviceId' }] });
  private readonly environment = { policy: POLICY, gapTimeoutMs: Infinity, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'stop' as const };
  private readonly ingest = new Ingest(this.program, 'input', { ...this.environment, decoder: createDecoder(FORMAT), openColumns: openColumnsOf(FORMAT) });
  private readonly blobs = new Map<string, Uint8Array>();
  private versions = 0;
  text: string | null = null;

  /** `cache`: a fresh one has no live state, as of a process that has just started. Gives how many bytes were written. */
  run(operations: readonly Operation[], cache: EntityCache, limits: LogLimits): { bytes: number; effects: EntityEffects } {
    const { program, environment, blobs } = this;
    const { stateText, effects, blobs: changes } = runEntity(ADDRESS, this.text, operations, { program, environment, nowMs: 0, random: () => String(this.versions++), cache, limits, blobs });
    for (const { name, bytes } of changes.write) blobs.set(name, bytes);
    for (const name of changes.remove) blobs.delete(name);
    this.text = stateText;
    return { bytes: changes.write.reduce((sum, { bytes }) => sum + bytes.length, Buffer.byteLength(stateText)), effects };
  }

  deliver(batch: EventBatch): Operation {
    return { name: 'deliver', input: JSON.parse(JSON.stringify(this.ingest.run(batch).delivery)) };
  }
}

/** An instance that has the live state writes all of it, and one that has none reads that and applies the next event. */
function weirState(data: Data): StateOperations {
  const entity = new PartitionEntity();
  const live = new EntityCache();
  const batches = [...batchesOf(data, {})];
  const last = batches.pop() as (typeof batches)[number];
  const [before, next] = [last.events.slice(0, -1), last.events.slice(-1)];
  entity.run([...batches, { ...last, events: before }].map((batch) => entity.deliver(batch)), live, ALWAYS_A_BASE);
  const following = entity.deliver({ ...last, events: next });
  let written = entity.text;
  return {
    roundTrip: () => {
      entity.text = written;
      const { bytes } = entity.run([TICK], live, ALWAYS_A_BASE);
      written = entity.text;
      entity.run([following], new EntityCache(), LOG_LIMITS);
      return bytes;
    },
    rows: () => {
      entity.run([END], new EntityCache(), LOG_LIMITS);
      const { outputs } = entity.run([], new EntityCache(), LOG_LIMITS).effects;
      return outputs.flatMap(({ rows }) => rows.map(({ values: { deviceId, n, mean, until } }) => [deviceId, n, mean, toUnixMs((until as DateTime).ticks)] as ResultRow));
    },
  };
}

interface Accumulated {
  n: number;
  sum: number;
  until: number;
}

/** Maps of accumulators, and JSON of them. */
function mapState(data: Data): StateOperations {
  const events = [...parsed<DeviceEvent>(data)];
  const last = events.pop() as DeviceEvent;
  const groups = new Map<string, Accumulated>();
  for (const event of events) accumulate(groups, event);
  let restored = groups;
  return {
    roundTrip: () => {
      const text = JSON.stringify([...groups]);
      restored = new Map(JSON.parse(text) as [string, Accumulated][]);
      accumulate(restored, last);
      return text.length;
    },
    rows: () => [...restored].map(([device, { n, sum, until }]) => [device, n, sum / n, until]),
  };
}

function accumulate(groups: Map<string, Accumulated>, { deviceId, time, temperature }: DeviceEvent): void {
  const group = groups.get(deviceId);
  if (group) {
    group.n++;
    group.sum += temperature;
  } else groups.set(deviceId, { n: 1, sum: temperature, until: windowEnd(Date.parse(time), DAY) });
}

export const snapshot: StateQuestion = {
  name: 'snapshot',
  asks: 'writing the state of COUNT and AVG by device of an open window of 100,000 devices, reading it back and adding an event',
  events: 400_000,
  keys: KEYS,
  // The first event lies on the boundary and would be in a window of its own.
  data: (count) => withoutFirst(makeEvents({ count: count + 1, keys: KEYS, rate: 1000 })),
  targetMs: 10,
  contenders: [
    { name: 'weir', open: weirState },
    { name: 'JSON of Maps', open: mapState },
  ],
};

function withoutFirst({ bytes, from, to }: Data): Data {
  return { bytes, from: from.slice(1), to: to.slice(1) };
}
