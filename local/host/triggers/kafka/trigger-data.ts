import type { RpcTypedData } from '../../contract';
import { toLong } from '../eventhub/trigger-data';
import type { KafkaRecord } from './kafka-topics';

export interface RecordShape {
  topic: string;
  /** `dataType: 'binary'` or 'stream': bytes, otherwise text. */
  binary: boolean;
  /** Keep records without a value (capability IncludeEmptyEntriesInMessagePayload). */
  keepEmpty: boolean;
}

/**
 * A batch as the .NET host sends it to a language worker: offsets in two halves, times in UTC with a zone, headers' values in base64, and records without a
 * value left out of the data but not of the arrays, unless the worker asked for them.
 * Source: KafkaTriggerBindingStrategy and KafkaEventDataConvertManager of the Kafka extension.
 */
export function kafkaBatchData(records: readonly KafkaRecord[], { topic, binary, keepEmpty }: RecordShape): { data: RpcTypedData; metadata: Record<string, RpcTypedData> } {
  const values = records.map(({ value }) => value ?? EMPTY).filter((value) => keepEmpty || value.length > 0);
  const json = (list: unknown[]): RpcTypedData => ({ json: JSON.stringify(list) });
  return {
    data: binary ? { collectionBytes: { bytes: values } } : { collectionString: { string: values.map((value) => Buffer.from(value).toString('utf8')) } },
    metadata: {
      PartitionArray: json(records.map(({ partition }) => partition)),
      OffsetArray: { collectionSint64: { sint64: records.map(({ offset }) => toLong(offset)) } },
      TimestampArray: json(records.map(({ timestamp }) => new Date(timestamp).toISOString().replace(/\.?0+Z$/, 'Z'))),
      TopicArray: { collectionString: { string: records.map(() => topic) } },
      KeyArray: json(records.map(({ key }) => key)),
      HeadersArray: json(records.map(({ headers }) => headers.map(({ key, value }) => ({ Key: key, Value: value === null ? null : Buffer.from(value).toString('base64') })))),
      LeaderEpochArray: json(records.map(() => null)),
      IsPartitionEOFArray: json(records.map(() => false)),
    },
  };
}

const EMPTY = new Uint8Array(0);
