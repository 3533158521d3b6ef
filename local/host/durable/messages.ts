import type { HistoryEvent } from './orchestration/history';

/** An entity's identity; `name` is lower-cased because names are matched without case, `key` is exact. */
export interface EntityId {
  name: string;
  key: string;
}

/** The orchestration execution that called or locks an entity and waits for the answer. */
export interface Caller {
  instanceId: string;
  executionId: string;
}

export interface OperationMessage {
  kind: 'operation';
  /** A GUID; for a call it is also the name of the event that brings the answer. */
  id: string;
  name: string;
  /** JSON text; null = none. */
  input: string | null;
  isSignal: boolean;
  /** Set for calls only. */
  caller?: Caller;
}

/** Asks for `lockSet[position]`; each entity passes it on to the next, so that all callers lock in the same order. */
export interface LockMessage {
  kind: 'lock';
  id: string;
  caller: Caller;
  lockSet: string[];
  position: number;
}

export interface UnlockMessage {
  kind: 'unlock';
  caller: Caller;
}

export type EntityMessage = OperationMessage | LockMessage | UnlockMessage;

/** What one orchestration instance receives; `start` only says that there is something to begin. */
export type InboxMessage =
  | { kind: 'start' }
  | { kind: 'suspend' | 'resume' | 'terminate'; reason: string }
  /** `executionId` undefined = for whatever execution is current. `lockSet` is set when the event grants a lock. */
  | { kind: 'event'; event: HistoryEvent; executionId?: string; lockSet?: string[] };

/** An activity that has been scheduled and not yet answered. */
export interface ActivityTask {
  caller: Caller;
  taskId: number;
  name: string;
  /** The trigger's string value: JSON text. */
  input: string;
}

/** Something that is to be delivered later. */
export type DueMessage =
  | { kind: 'timer'; caller: Caller; timerId: number; fireAt: string }
  | { kind: 'mail'; entity: string; message: EntityMessage };

/** The address of an entity as Durable Task writes it: `@name@key`. */
export function schedulerId(entity: { name: string; key: string }): string {
  return `@${entity.name.toLowerCase()}@${entity.key}`;
}

/** The reverse of {@link schedulerId}; throws for anything else. */
export function entityIdOf(id: string): EntityId {
  const at = id.indexOf('@', 1);
  if (!id.startsWith('@') || at < 2) throw new Error(`"${id}" is not the address of an entity. Expected @name@key.`);
  return { name: id.slice(1, at), key: id.slice(at + 1) };
}
