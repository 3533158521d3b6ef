import { compile } from '../../shared/compiler/compile';
import { createDecoder, openColumnsOf } from '../../shared/formats/decoder';
import type { Program } from '../../shared/program';
import { EntityCache, runEntity, type EntityAddress, type EntityContext, type EntityResult, type Operation } from '../../shared/runtime/entity';
import { Ingest } from '../../shared/runtime/ingest';
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

function contextOf(program: Program): EntityContext {
  const references = { at: () => ({ version: '0', rows: [] }) };
  let versions = 0;
  const environment = { policy: POLICY, gapTimeoutMs: Infinity, references, onError: 'stop' as const };
  // The whole state in its text.
  const limits = { inline: Infinity, segments: 0, times: 0 };
  return { program, environment, nowMs: 0, random: () => String(versions++), cache: new EntityCache(), limits };
}

/** The entity of a partition, as it runs in Azure: text in, text out. A fresh cache makes it read what it is given. */
function weirState(data: Data): StateOperations {
  const program = compile(QUERY, { inputs: [{ name: 'input', kind: 'stream', partitionKey: 'deviceId' }] });
  const context = contextOf(program);
  const step = (before: string | null, operations: Operation[], cache = context.cache): EntityResult => runEntity(ADDRESS, before, operations, { ...context, cache });
  const ingest = new Ingest(program, 'input', { ...context.environment, decoder: createDecoder(FORMAT), openColumns: openColumnsOf(FORMAT) });
  let full: string | null = null;
  for (const batch of batchesOf(data, {})) full = step(full, [{ name: 'deliver', input: ingest.run(batch).delivery }]).stateText;
  let text = full;
  return {
    roundTrip: () => {
      text = step(full, [], new EntityCache()).stateText;
      return text.length;
    },
    rows: () => {
      const ended = step(text, [{ name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } }], new EntityCache());
      const { outputs } = step(ended.stateText, [{ name: 'release', input: true }], new EntityCache()).effects;
      return outputs.flatMap(({ rows }) => rows.map(({ values: { deviceId, n, mean, until } }) => [deviceId, n, mean, toUnixMs((until as DateTime).ticks)] as ResultRow));
    },
  };
}

/** Maps of accumulators, and JSON of them. */
function mapState(data: Data): StateOperations {
  const groups = new Map<string, { n: number; sum: number; until: number }>();
  for (const { deviceId, time, temperature } of parsed<DeviceEvent>(data)) {
    const group = groups.get(deviceId);
    if (group) {
      group.n++;
      group.sum += temperature;
    } else groups.set(deviceId, { n: 1, sum: temperature, until: windowEnd(Date.parse(time), DAY) });
  }
  let restored = groups;
  return {
    roundTrip: () => {
      const text = JSON.stringify([...groups]);
      restored = new Map(JSON.parse(text) as [string, { n: number; sum: number; until: number }][]);
      return text.length;
    },
    rows: () => [...restored].map(([device, { n, sum, until }]) => [device, n, sum / n, until]),
  };
}

export const snapshot: StateQuestion = {
  name: 'snapshot',
  asks: 'reading back and writing the state of COUNT and AVG by device of an open window, 100,000 devices',
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
