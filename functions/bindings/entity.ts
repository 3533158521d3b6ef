import { app as host, type InvocationContext } from '@azure/functions';
import { theApp } from '../../shared/job/app';
import type { EntityResult } from '../../shared/job/entity-batch';
import { outputBindings } from './outputs';

/**
 * Registers a durable entity whose whole batch is one invocation: state is read and written once per batch, output bindings can be used, and a
 * thrown error aborts the batch, which then comes again.
 */
export function registerEntity(entity: 'partition' | 'group'): void {
  const weir = theApp();
  const outputs = outputBindings(weir);
  host.generic(entity, {
    trigger: { type: 'entityTrigger', name: 'context' },
    extraOutputs: outputs.all,
    handler: async (payload: unknown, context: InvocationContext): Promise<EntityResult> => {
      const { result, bound } = await weir.operate(entity, payload, Date.now());
      outputs.set(bound, context);
      return result;
    },
  });
}
