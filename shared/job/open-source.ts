import type { Settings } from '../settings';
import { blobPath } from '../sources/blob-path';
import { BlobSource } from '../sources/blob-source';
import { EventHubSource } from '../sources/event-hub-source';
import { KafkaSource } from '../sources/kafka-source';
import type { Source } from '../sources/source';
import type { BlobInput, JobDefinition, KafkaInput, StreamInput } from './definition';
import { placeOf } from './deployable';
import type { Services } from './services';

export interface SourceFactory {
  job: Pick<JobDefinition, 'name' | 'version' | 'deadLetter'>;
  settings: Settings;
  services: Services;
}

/** Where ledgers are kept, in the account of the dead letters: that of the input may be for reading only. */
const LEDGERS = 'weir-ledgers';

/** The source of an input. Throws a WeirError that names the setting when something is missing. */
export function openSource(name: string, definition: StreamInput, { job, settings, services }: SourceFactory): Source {
  const where = placeOf('inputs', name, definition);
  switch (definition.type) {
    case 'eventHub':
    case 'iotHub':
      return new EventHubSource(services.openHubProperties(settings.connection(definition.connection, 'eventHub', where), definition.eventHub, definition.consumerGroup));
    case 'kafka':
      return new KafkaSource(services.openKafkaLog(kafkaOptions(definition, settings, where)));
    case 'blob':
      return blobSource(name, definition, { job, settings, services });
  }
}

function blobSource(name: string, definition: BlobInput, { job, settings, services }: SourceFactory): Source {
  const blobs = services.openBlobStore(settings.connection(definition.connection, 'storage', placeOf('inputs', name, definition)), definition.container);
  const ledger = services.openLedgerStore(settings.connection(job.deadLetter.connection, 'storage', 'job.json, deadLetter'), LEDGERS, `${job.name}/${job.version}/${name}.json`);
  return new BlobSource(blobPath(definition.path, definition), definition, { blobs, ledger, nowMs: Date.now });
}

function kafkaOptions({ brokers, topic, protocol, mechanism, username, password }: KafkaInput, settings: Settings, where: string): Parameters<Services['openKafkaLog']>[0] {
  const secret = password === undefined ? undefined : settings.require(password, 'KAFKA_PASSWORD=…', where);
  return { brokers, topic, protocol, mechanism, username, password: secret };
}
