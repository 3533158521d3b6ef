import { AmqpError, condition } from '../amqp/error';
import { ConsumerSource } from './consumer';
import type { ConnectionScope, LinkRequest, MessageSink, MessageSource } from './contract';
import { openProducer } from './producer';

/** Opens what a peer wants to send to. Throws the AmqpError that the link is to be refused with. */
export function openSink(request: LinkRequest, { context, claims, nodes }: ConnectionScope): MessageSink {
  const address = context.namespace.resolve(request.target.address ?? '');
  switch (address.node) {
    case 'cbs':
      return nodes.cbs.sink();
    case 'management':
      claims.demand(null);
      return nodes.management.sink();
    case 'hub':
      claims.demand(address.hub.name);
      return openProducer(request, address, context);
  }
}

/** Opens what a peer wants to receive from. Throws the AmqpError that the link is to be refused with. */
export function openSource(request: LinkRequest, { context, claims, nodes }: ConnectionScope): MessageSource {
  const address = context.namespace.resolve(request.source.address ?? '');
  switch (address.node) {
    case 'cbs':
      return nodes.cbs.source(request);
    case 'management':
      claims.demand(null);
      return nodes.management.source(request);
    case 'hub': {
      claims.demand(address.hub.name);
      const { partition, consumerGroup } = address;
      if (partition === null || consumerGroup === null) {
        throw new AmqpError(condition.argumentError, `'${request.source.address}' has no partition and consumer group; receive from HUB/ConsumerGroups/GROUP/Partitions/N.`);
      }
      return new ConsumerSource(request, { partition, consumerGroup }, context);
    }
  }
}
