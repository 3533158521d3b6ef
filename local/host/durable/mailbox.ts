import type { EntityMessage, LockMessage, OperationMessage, UnlockMessage } from './messages';
import type { Sequenced } from './store';

export type Batch =
  | { kind: 'operations'; messages: Sequenced<OperationMessage>[] }
  | { kind: 'control'; message: Sequenced<LockMessage | UnlockMessage> };

export interface BatchLimit {
  operations: number;
  /** Of all inputs together; a longer input comes alone. Without it a backlog of large inputs would not fit in a string. */
  characters: number;
}

/**
 * What an entity handles next: the longest run of operations from the head of its mailbox within `limit`, or one lock or
 * unlock request. While the entity is locked only the holder's messages count and the others keep their
 * places. Undefined = nothing to do. Example, o = operation of anyone, L = lock, h = of the holder:
 *
 *     unlocked  o o L o   ->  operations o o; next time L
 *     locked    o o h o   ->  operations h
 */
export function nextBatch(mail: Iterable<Sequenced<EntityMessage>>, lockedBy: string | undefined, limit: BatchLimit): Batch | undefined {
  const messages: Sequenced<OperationMessage>[] = [];
  let characters = 0;
  for (const entry of mail) {
    const { sequence, message } = entry;
    if (lockedBy !== undefined && message.caller?.executionId !== lockedBy) {
      // An unlock from someone else is left over from a request that was never granted here.
      if (message.kind === 'unlock' && messages.length === 0) return { kind: 'control', message: { sequence, message } };
      continue;
    }
    if (message.kind !== 'operation') {
      if (messages.length === 0) return { kind: 'control', message: { sequence, message } };
      break;
    }
    characters += message.input?.length ?? 0;
    if (characters > limit.characters && messages.length > 0) break;
    messages.push({ sequence, message });
    if (messages.length === limit.operations) break;
  }
  return messages.length === 0 ? undefined : { kind: 'operations', messages };
}
