import { entityIdOf } from './messages';
import type { OperationMessage } from './messages';
import type { EntityRecord } from './transaction';

/** One operation's outcome; `result` is JSON text. */
export interface OperationResult {
  isError: boolean;
  result?: string | null;
}

export interface EntitySignal {
  target: { name: string; key: string };
  name: string;
  input: string | null;
}

export interface EntityResult {
  results: OperationResult[];
  signals: EntitySignal[];
  entityExists: boolean;
  entityState: string | null;
}

/** The trigger's value for a batch; its JSON is what the Durable Task extension writes. */
export function entityPayload(id: string, record: EntityRecord, operations: readonly OperationMessage[]): object {
  return {
    self: entityIdOf(id),
    exists: record.exists,
    state: record.exists ? record.state : null,
    batch: operations.map(({ name, input, isSignal, id: requestId }) => ({ name, input, isSignal, id: requestId })),
  };
}

/** Checks what an entity function returned for `count` operations; throws an Error naming what is wrong. */
export function parseEntityResult(value: unknown, count: number): EntityResult {
  const answer = value as Partial<EntityResult> | null | undefined;
  if (typeof answer !== 'object' || answer === null) {
    throw new Error(`It returned ${value === null ? 'nothing' : typeof value} instead of {results, signals, entityExists, entityState}.`);
  }
  const { results, signals = [], entityExists, entityState } = answer;
  if (!Array.isArray(results) || results.length < count) {
    throw new Error(`It returned ${Array.isArray(results) ? results.length : 'no'} results for a batch of ${count} operations. Return one per operation.`);
  }
  if (typeof entityExists !== 'boolean') throw new Error('It returned no "entityExists"; that must be true or false.');
  if (entityState !== undefined && entityState !== null && typeof entityState !== 'string') {
    throw new Error(`It returned an "entityState" that is ${typeof entityState}; it must be JSON text (a string) or null.`);
  }
  return { results, signals: signals.map(checkSignal), entityExists, entityState: entityState ?? null };
}

function checkSignal(signal: Partial<EntitySignal>): EntitySignal {
  const { target, name, input } = signal;
  if (typeof target?.name !== 'string' || typeof target.key !== 'string' || target.name === '' || target.key === '') {
    throw new Error(`It sent a signal to ${JSON.stringify(target)}; a target is {name, key}, neither empty.`);
  }
  return { target: { name: target.name, key: target.key }, name: name ?? '', input: input ?? null };
}
