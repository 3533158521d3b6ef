import { output, type FunctionOutput, type InvocationContext } from '@azure/functions';
import type { App } from '../../shared/job/app';
import type { BoundItems } from '../../shared/job/outputs';
import type { BoundOutput } from '../../shared/job/sinks';

/** The output bindings of a function that writes rows: one per output that a binding can carry, and the dead letter. */
export interface OutputBindings {
  /** For `extraOutputs`. */
  all: FunctionOutput[];
  /** Hands over what the sinks left for the bindings; the host writes it when the function has returned. */
  set(items: BoundItems, context: InvocationContext): void;
}

export function outputBindings({ boundOutputs, job, settings }: App): OutputBindings {
  const { connection, container } = job.definition.deadLetter;
  const deadLetter = output.storageBlob({ connection, path: `${container}/{sys.utcNow:yyyy-MM-dd}/{sys.methodName}-{rand-guid}.ndjson` });
  const byName = new Map(boundOutputs.map((bound) => [bound.output, bindingFor(bound, settings)]));
  return {
    all: [deadLetter, ...byName.values()],
    set: ({ items, deadLetters }, context) => {
      if (deadLetters !== undefined) context.extraOutputs.set(deadLetter, deadLetters);
      for (const [name, values] of items) context.extraOutputs.set(byName.get(name) as FunctionOutput, values);
    },
  };
}

function bindingFor(bound: BoundOutput, settings: App['settings']): FunctionOutput {
  if (bound.type === 'eventHub') return output.eventHub({ connection: bound.connection, eventHubName: bound.eventHub });
  const { connection, database: databaseName, container: containerName, partitionKey } = bound;
  // No role that an identity can be given in Cosmos DB lets it make a container.
  const createIfNotExists = typeof settings.connection(connection, 'cosmos', `job.json, outputs.${bound.output}`) === 'string';
  return output.cosmosDB({ connection, databaseName, containerName, partitionKey, createIfNotExists });
}
