import { app as host, trigger } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { kafkaBinding } from '../shared/job/kafka-binding';
import { ingestFunction, ingestName } from './bindings/ingest';

const weir = theApp();

/** One function per Kafka topic; a batch may be of several partitions (shared/sources/kafka-trigger.ts). */
for (const { input, definition } of weir.inputsOf('kafka')) {
  host.generic(ingestName(weir, input), { trigger: trigger.generic({ type: 'kafkaTrigger', ...kafkaBinding(definition) }), ...ingestFunction(weir, input) });
}
