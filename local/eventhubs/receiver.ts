import { symbol, long } from './amqp/types';
import { condition } from './amqp/error';
import { sourceOf, targetOf } from './amqp/terminus';
import { Authorization } from './client/authorization';
import { ClientConnection } from './client/connection';
import { EventQueue } from './client/event-queue';
import type { RawEvent } from './client/raw-event';
import { RequestClient } from './client/request';
import { parseConnectionString } from './connection-string';

export type { RawEvent } from './client/raw-event';

export interface ReceiverOptions {
  /** With `UseDevelopmentEmulator=true`: plain TCP; without: TLS. */
  connectionString: string;
  hub: string;
  consumerGroup: string;
  partition: string;
  /** A sequence number, exclusive, or an end of the partition. */
  startAfter: number | 'earliest' | 'latest';
  /** With a level the receiver reads alone: it takes the partition from every other of this or a lower level. */
  ownerLevel?: number;
  /** Events fetched ahead. Default 3000. */
  prefetch?: number;
}

/** Reads one partition in order. It does not reconnect: open another one after the last event that was got. */
export interface RawReceiver {
  /**
   * Up to `max` events; waits up to `waitMs` for the first and gives [] when none came. Rejects with code `amqp:link:stolen` when
   * ownership is lost, and with the error's code once the connection is lost and all that had come is read.
   * One call at a time.
   */
  receive(max: number, waitMs: number): Promise<RawEvent[]>;
  close(): Promise<void>;
}

const DEFAULT_PREFETCH = 3000;

/**
 * Opens a receiver on an emulator or the real service (SASL ANONYMOUS, a SAS by `$cbs`). Rejects with the service's condition as
 * `code`: amqp:not-found, com.microsoft:argument-out-of-range (partition), com.microsoft:argument-error (a start behind the end),
 * amqp:unauthorized-access, amqp:link:stolen (a higher owner level reads).
 */
export async function openReceiver(options: ReceiverOptions): Promise<RawReceiver> {
  const settings = parseConnectionString(options.connectionString);
  const address = `${options.hub}/ConsumerGroups/${options.consumerGroup}/Partitions/${options.partition}`;
  const connection = await ClientConnection.open(settings);
  try {
    const authorization = await Authorization.grant(connection, settings, address);
    const queue = new EventQueue(options.prefetch ?? DEFAULT_PREFETCH, connection.transport);
    const link = await connection.attach(
      {
        role: 'receiver',
        source: sourceOf(address, selectorFor(options.startAfter)),
        target: targetOf(null),
        properties: options.ownerLevel === undefined ? undefined : new Map([[symbol('com.microsoft:epoch'), long(options.ownerLevel)]]),
      },
      {
        onMessage: (message) => queue.push(message),
        onDetached: (error) => queue.end(error, (error as { code?: string }).code === condition.linkStolen),
      },
    );
    queue.start((credit) => link.grant(credit));
    return {
      receive: (max, waitMs) => queue.receive(max, waitMs),
      close: async () => {
        authorization.stop();
        queue.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function selectorFor(startAfter: ReceiverOptions['startAfter']): string {
  if (startAfter === 'earliest') return "amqp.annotation.x-opt-offset > '-1'";
  if (startAfter === 'latest') return "amqp.annotation.x-opt-offset > '@latest'";
  return `amqp.annotation.x-opt-sequence-number > '${startAfter}'`;
}

/** The partitions of a hub, and when it was made (milliseconds since the epoch). Rejects like `openReceiver`. */
export async function getHubProperties(connectionString: string, hub: string): Promise<{ partitionIds: string[]; createdOn: number }> {
  const reply = await readProperties(connectionString, hub, { type: 'com.microsoft:eventhub' });
  return { partitionIds: reply.get('partition_ids') as string[], createdOn: Number(reply.get('created_at')) };
}

export interface PartitionProperties {
  beginningSequenceNumber: number;
  /** -1 when there never was an event. */
  lastEnqueuedSequenceNumber: number;
  lastEnqueuedOffset: string;
  /** Milliseconds since the epoch. */
  lastEnqueuedTime: number;
  isEmpty: boolean;
}

/** Where a partition begins and ends. Rejects like `openReceiver`. */
export async function getPartitionProperties(connectionString: string, hub: string, partition: string): Promise<PartitionProperties> {
  const reply = await readProperties(connectionString, hub, { type: 'com.microsoft:partition', partition });
  return {
    beginningSequenceNumber: Number(reply.get('begin_sequence_number')),
    lastEnqueuedSequenceNumber: Number(reply.get('last_enqueued_sequence_number')),
    lastEnqueuedOffset: String(reply.get('last_enqueued_offset')),
    lastEnqueuedTime: Number(reply.get('last_enqueued_time_utc')),
    isEmpty: reply.get('is_partition_empty') === true,
  };
}

async function readProperties(connectionString: string, hub: string, what: Record<string, string>): Promise<Map<unknown, unknown>> {
  const settings = parseConnectionString(connectionString);
  const connection = await ClientConnection.open(settings);
  try {
    const authorization = await Authorization.grant(connection, settings, `${hub}/$management`);
    authorization.stop();
    const management = await RequestClient.open(connection, '$management');
    const body = await management.send({ properties: { operation: 'READ', name: hub, ...what } });
    if (!(body instanceof Map)) throw new TypeError(`$management answered a READ of ${hub} without a map.`);
    return body;
  } finally {
    await connection.close();
  }
}
