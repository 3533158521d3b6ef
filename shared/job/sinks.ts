import type { Connection } from '../connections/connection';
import { rowFile } from '../formats/row-file';
import { createBlobSink } from '../sinks/blob';
import { createCosmosBindingSink, createCosmosBulkSink } from '../sinks/cosmos';
import { createEventHubBindingSink, createEventHubSdkSink } from '../sinks/event-hub';
import { pathPattern } from '../sinks/path-pattern';
import { refusalPolicy } from '../sinks/refusals';
import type { Sink } from '../sinks/sink';
import type { Settings } from '../settings';
import type { CosmosOutput, EventHubOutput, JobDefinition, OutputDefinition, ServiceOutput } from './definition';
import { placeOf } from './deployable';
import type { Services } from './services';

/** An output that is written by the function's own output binding. */
export type BoundOutput =
  | { output: string; type: 'cosmos'; connection: string; database: string; container: string; partitionKey: string }
  | { output: string; type: 'eventHub'; connection: string; eventHub: string };

/**
 * The binding of an output, or undefined when it needs what bindings cannot carry: a computed path, a partition key, properties, bulk,
 * or to be told which rows the service refused.
 */
export function bindingOf(output: string, definition: OutputDefinition): BoundOutput | undefined {
  if ((definition.onError ?? 'retry') !== 'retry') return undefined;
  if (definition.type === 'cosmos' && !definition.bulk) {
    const { connection, database, container, partitionKey } = definition;
    return { output, type: 'cosmos', connection, database, container, partitionKey };
  }
  if (definition.type === 'eventHub' && definition.identity !== 'property' && definition.partitionKey === undefined && definition.properties === undefined) {
    return { output, type: 'eventHub', connection: definition.connection, eventHub: definition.eventHub };
  }
  return undefined;
}

export interface SinkFactory {
  job: JobDefinition;
  settings: Settings;
  services: Services;
}

/** The sink of an output. Throws a WeirError that names the setting when its connection is missing. */
export function createSink(output: string, definition: ServiceOutput, factory: SinkFactory): Sink {
  switch (definition.type) {
    case 'blob':
      return createBlobSink({
        output,
        container: factory.services.openBlobContainer(connectionOf(output, definition, factory), definition.container),
        path: pathPattern(definition.path, { dateFormat: definition.dateFormat, timeFormat: definition.timeFormat }),
        file: rowFile({ ...definition, format: definition.format ?? 'json' }),
      });
    case 'cosmos':
      return cosmosSink(output, definition, factory);
    case 'eventHub':
      return eventHubSink(output, definition, factory);
  }
}

function cosmosSink(output: string, definition: CosmosOutput, factory: SinkFactory): Sink {
  const { documentId, partitionKey, database, container } = definition;
  const options = { job: factory.job.name, output, documentId, partitionKey };
  if (bindingOf(output, definition)) return boundSink(output, definition, factory, () => createCosmosBindingSink(options));
  const connection = connectionOf(output, definition, factory);
  return createCosmosBulkSink({ ...options, refusals: refusalPolicy(definition.onError ?? 'retry'), open: () => factory.services.openCosmosContainer(connection, { database, container, partitionKey }) });
}

function eventHubSink(output: string, definition: EventHubOutput, factory: SinkFactory): Sink {
  const { identity, partitionKey, properties, eventHub } = definition;
  const options = { job: factory.job.name, output, identity };
  if (bindingOf(output, definition)) return boundSink(output, definition, factory, () => createEventHubBindingSink(options));
  return createEventHubSdkSink({ ...options, partitionKey, properties, producer: factory.services.openProducer(connectionOf(output, definition, factory), eventHub) });
}

const KINDS = { blob: 'storage', cosmos: 'cosmos', eventHub: 'eventHub' } as const;

function connectionOf(output: string, definition: ServiceOutput, { settings }: SinkFactory): Connection {
  return settings.connection(definition.connection, KINDS[definition.type], placeOf('outputs', output, definition));
}

/** The host makes the connection of a binding; that it can is checked before the first row. */
function boundSink(output: string, definition: ServiceOutput, factory: SinkFactory, make: () => Sink): Sink {
  connectionOf(output, definition, factory);
  return make();
}
