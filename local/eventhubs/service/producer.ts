import type { AmqpMap } from '../amqp/performatives';
import { int, long, short, symbol } from '../amqp/types';
import { producerProperty, readBatch } from '../hub/event';
import type { Hub } from '../hub/hub';
import type { Partition } from '../hub/partition';
import type { LinkRequest, MessageSink, ServiceContext } from './contract';

const IDEMPOTENT = 'com.microsoft:idempotent-producer';

/** The link of a producer: to a hub, which finds the partition, or to one partition. */
export function openProducer(request: LinkRequest, to: { hub: Hub; partition: Partition | null }, context: ServiceContext): MessageSink {
  const { hub, partition } = to;
  const properties = partition && request.desiredCapabilities.includes(IDEMPOTENT) ? openIdempotent(request, partition) : new Map();
  return {
    properties,
    receive: async (message, messageFormat) => {
      const batch = readBatch(message, messageFormat);
      await (partition ?? hub.route(batch)).append(batch.events, context.now());
    },
  };
}

function openIdempotent({ properties }: LinkRequest, partition: Partition): AmqpMap {
  const wish = (name: string): number | null => {
    const value = properties.get(name);
    return typeof value === 'number' ? value : null;
  };
  const { id, epoch, sequence } = partition.producers.open({
    id: wish(producerProperty.id),
    epoch: wish(producerProperty.epoch),
    sequence: wish(producerProperty.sequence),
  });
  return new Map<unknown, unknown>([
    [symbol(producerProperty.epoch), short(epoch)],
    [symbol(producerProperty.id), long(id)],
    [symbol(producerProperty.sequence), int(sequence)],
  ]);
}
