import { AmqpError, condition, toAmqpError } from '../amqp/error';
import type { NodeMessage } from '../amqp/message';
import { TypedArray, int, long, timestamp } from '../amqp/types';
import type { Hub } from '../hub/hub';
import type { Claims } from './claims';
import type { ServiceContext } from './contract';
import type { Reply } from './request-node';

const HUB_TYPE = 'com.microsoft:eventhub';
const PARTITION_TYPE = 'com.microsoft:partition';
/** 0001-01-01, .NET's smallest date: what the service says when there never was an event. */
const NO_TIME = -62135596800000;

const STATUS: Record<string, number> = {
  [condition.notFound]: 404,
  [condition.unauthorized]: 401,
  [condition.argumentOutOfRange]: 400,
  [condition.argumentError]: 400,
  [condition.notImplemented]: 501,
};

/** Answers `READ` of a hub's or a partition's properties. */
export function answerManagement(request: NodeMessage, claims: Claims, context: ServiceContext): Reply {
  try {
    return { status: 200, description: 'OK', body: read(request.applicationProperties, claims, context) };
  } catch (error) {
    const { code, message } = toAmqpError(error);
    return { status: STATUS[code] ?? 500, description: message, error: code };
  }
}

function read(properties: Map<unknown, unknown>, claims: Claims, context: ServiceContext): Map<string, unknown> {
  const [operation, type, name, partition] = ['operation', 'type', 'name', 'partition'].map((key) => properties.get(key));
  if (operation !== 'READ') throw new AmqpError(condition.notImplemented, `$management knows the operation READ, not ${String(operation)}.`);
  const hub = context.namespace.hub(String(name));
  claims.demand(hub.name);
  if (type === HUB_TYPE) return hubProperties(hub);
  if (type === PARTITION_TYPE) return partitionProperties(hub, String(partition));
  throw new AmqpError(condition.argumentError, `The type must be ${HUB_TYPE} or ${PARTITION_TYPE}, not ${String(type)}.`);
}

function hubProperties(hub: Hub): Map<string, unknown> {
  const ids = hub.partitions.map((partition) => partition.id);
  return new Map<string, unknown>([
    ['name', hub.name],
    ['type', HUB_TYPE],
    ['created_at', timestamp(hub.createdAt)],
    ['partition_count', int(ids.length)],
    ['partition_ids', new TypedArray('string', ids)],
    ['georeplication_factor', int(1)],
  ]);
}

function partitionProperties(hub: Hub, id: string): Map<string, unknown> {
  const partition = hub.partition(id);
  const { sequence, offset, enqueuedTime } = partition.end;
  return new Map<string, unknown>([
    ['name', hub.name],
    ['type', PARTITION_TYPE],
    ['partition', id],
    ['begin_sequence_number', long(partition.beginning)],
    ['last_enqueued_sequence_number', long(sequence)],
    ['last_enqueued_offset', String(offset)],
    ['last_enqueued_time_utc', timestamp(sequence < 0 ? NO_TIME : enqueuedTime)],
    ['is_partition_empty', partition.isEmpty],
  ]);
}
