import type { Settings } from '../settings';
import { EventHubSource } from '../sources/event-hub-source';
import { KafkaSource } from '../sources/kafka-source';
import type { Source } from '../sources/source';
import type { KafkaInput, StreamInput } from './definition';
import { placeOf } from './deployable';
import type { Services } from './services';

/** The source of an input. Throws a WeirError that names the setting when something is missing. */
export function openSource(name: string, definition: StreamInput, { settings, services }: { settings: Settings; services: Services }): Source {
  const where = placeOf('inputs', name, definition);
  switch (definition.type) {
    case 'eventHub':
    case 'iotHub':
      return new EventHubSource(services.openHubProperties(settings.connection(definition.connection, 'eventHub', where), definition.eventHub, definition.consumerGroup));
    case 'kafka':
      return new KafkaSource(services.openKafkaLog(kafkaOptions(definition, settings, where)));
  }
}

function kafkaOptions({ brokers, topic, protocol, mechanism, username, password }: KafkaInput, settings: Settings, where: string): Parameters<Services['openKafkaLog']>[0] {
  const secret = password === undefined ? undefined : settings.require(password, 'KAFKA_PASSWORD=…', where);
  return { brokers, topic, protocol, mechanism, username, password: secret };
}
