import type { InvocationContext } from '@azure/functions';
import { type DurableClient, EntityId, getClient, input } from 'durable-functions';
import type { App } from '../../shared/job/app';
import type { EntityAddress, Signal } from '../../shared/runtime/entity';

/** To be listed in `extraInputs` of a function that signals or reads entities. */
export const durableClient = input.durableClient();

let kept: { text: string; client: DurableClient } | undefined;

/** The client of an invocation: the same for all that have the same binding, which is nearly always all. Making one costs as much as a signal. */
function clientOf(context: InvocationContext): DurableClient {
  const text = JSON.stringify(context.extraInputs.get(durableClient));
  if (kept?.text !== text) kept = { text, client: getClient(context) };
  return kept.client;
}

/** Sends signals one after another; resolves when the task hub has taken all. */
export async function send(app: App, signals: readonly Signal[], context: InvocationContext): Promise<void> {
  const client = clientOf(context);
  for (const { address, operation, input: content } of signals) await client.signalEntity(idOf(app, address), operation, content);
}

/** Reads an entity's state; undefined when it has none. */
export async function readEntity(app: App, address: EntityAddress, context: InvocationContext): Promise<unknown> {
  const { entityExists, entityState } = await clientOf(context).readEntityState(idOf(app, address));
  return entityExists ? entityState : undefined;
}

function idOf(app: App, address: EntityAddress): EntityId {
  return new EntityId(address.entity, app.keyOf(address));
}
