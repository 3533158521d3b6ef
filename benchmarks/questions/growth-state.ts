import { compile } from '../../shared/compiler/compile';
import { createDecoder, openColumnsOf } from '../../shared/formats/decoder';
import { EntityCache, runEntity, type EntityAddress, type EntityContext, type EntityResult, type Operation } from '../../shared/runtime/entity';
import { Ingest } from '../../shared/runtime/ingest';
import { LOG_LIMITS, type LogLimits } from '../../shared/runtime/state-log';
import { logHeadOf } from '../../shared/runtime/state-text';
import { toUnixMs } from '../../shared/values/ticks';
import type { DateTime } from '../../shared/values/value';
import { batchesOf, POLICY } from '../contenders/weir';
import { pack, random, START, type Data } from '../events';
import type { OperatedState, OperationGrowth, ResultRow } from '../question';

/** A single window stays open to the end; it is computed whole, for the stream is partitioned as it is grouped. */
const QUERY = 'SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, System.Timestamp() AS until INTO output FROM input PARTITION BY deviceId TIMESTAMP BY time GROUP BY deviceId, TumblingWindow(day, 1)';
const PROGRAM = compile(QUERY, { inputs: [{ name: 'input', kind: 'stream', partitionKey: 'deviceId' }] });
const FORMAT = { format: 'json', booleansAsBit: true } as const;
const ADDRESS: EntityAddress = { entity: 'partition', input: 'input', partition: '0' };
const ENVIRONMENT = { policy: POLICY, gapTimeoutMs: Infinity, references: { at: () => ({ rows: [] }) }, onError: 'stop' as const };
const FILL = 1000;
const EVENTS = 100;
const TIME = new Date(START + 1000).toISOString();

const END = JSON.stringify({ name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } });

const lineOf = (device: number, temperature: number): string => `{"deviceId":"device-${String(device).padStart(7, '0')}","time":"${TIME}","temperature":${temperature.toFixed(2)}}`;

/** The entity of a partition as the app runs it: state and operations come as text, blobs are kept by name. */
class PartitionEntity implements OperatedState {
  private text: string | null = null;
  private readonly blobs = new Map<string, Uint8Array>();
  private readonly cache = new EntityCache();
  private readonly ingest = new Ingest(PROGRAM, 'input', { ...ENVIRONMENT, decoder: createDecoder(FORMAT), openColumns: openColumnsOf(FORMAT) });
  private readonly next = random(7);
  private names = 0;
  private position = 0;

  constructor(
    private readonly keys: number,
    private readonly limits: LogLimits,
  ) {
    // In one activation: one that is written whole would take hours otherwise.
    const fill = Array.from({ length: Math.ceil(keys / FILL) }, (_, n) => this.operation(pack(Math.min(FILL, keys - n * FILL), (i) => lineOf(n * FILL + i, this.next() * 40))));
    this.commit(this.run(this.text, fill));
  }

  prepare(): () => { bytes: number; isCompact: boolean } {
    const operation = this.operation(pack(EVENTS, () => lineOf(Math.floor(this.next() * this.keys), this.next() * 40)));
    return () => {
      const result = this.run(this.text, [operation]);
      const bytes = result.blobs.write.reduce((sum, blob) => sum + blob.bytes.length, Buffer.byteLength(result.stateText));
      this.commit(result);
      return { bytes, isCompact: result.blobs.sweep !== undefined };
    };
  }

  hasLog(): boolean {
    return logHeadOf(this.text ?? '') !== undefined;
  }

  readBack(): void {
    this.run(this.text, [], new EntityCache());
  }

  rows(): ResultRow[] {
    const ended = this.run(this.text, [END], new EntityCache());
    const blobs = new Map([...this.blobs, ...ended.blobs.write.map(({ name, bytes }) => [name, bytes] as const)]);
    const { outputs } = runEntity(ADDRESS, ended.stateText, [], this.context(blobs, new EntityCache())).effects;
    return outputs.flatMap(({ rows }) => rows.map(({ values: { deviceId, n, mean, until } }) => [deviceId, n, mean, toUnixMs((until as DateTime).ticks)] as ResultRow));
  }

  private operation(data: Data): string {
    const operations = [...batchesOf(data, { first: this.position })].map((batch) => ({ name: 'deliver', input: this.ingest.run(batch).delivery }));
    this.position += data.from.length;
    return JSON.stringify(operations[0]);
  }

  private run(before: string | null, operations: readonly string[], cache = this.cache): EntityResult {
    return runEntity(ADDRESS, before, operations.map((text) => JSON.parse(text) as Operation), this.context(this.blobs, cache));
  }

  private context(blobs: ReadonlyMap<string, Uint8Array>, cache: EntityCache): EntityContext {
    return { program: PROGRAM, environment: ENVIRONMENT, nowMs: 0, random: () => String(this.names++), cache, limits: this.limits, blobs };
  }

  private commit({ stateText, blobs }: EntityResult): void {
    this.text = stateText;
    for (const { name, bytes } of blobs.write) this.blobs.set(name, bytes);
    for (const name of blobs.remove) this.blobs.delete(name);
  }
}

export const growthState: OperationGrowth = {
  name: 'growth-state',
  asks: `what an operation of ${EVENTS} events writes and costs when the state is of COUNT and AVG by 100 to 1,000,000 devices`,
  axis: 'devices',
  columns: ['deviceId', 'n', '~mean', 'until'],
  points: [100, 1000, 10_000, 100_000, 1_000_000].map((at) => ({ at, logged: () => new PartitionEntity(at, LOG_LIMITS), whole: () => new PartitionEntity(at, { inline: Infinity, segments: 0, times: 0 }) })),
};
