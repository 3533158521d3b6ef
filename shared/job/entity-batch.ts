/** The entity trigger's payload and result, as the Durable Task extension reads and writes them for out-of-process workers. */
import { randomUUID } from 'node:crypto';
import { WeirError, messageOf } from '../errors';
import { addressOf, keyOfEntity, type EntityAddress, type Operation, type Signal } from '../runtime/entity';

export interface EntityPayload {
  self: { name: string; key: string };
  exists: boolean;
  /** JSON text. */
  state: string | null;
  batch: { name: string; /** JSON text. */ input: string | null; isSignal: boolean }[];
}

export interface EntitySignal {
  target: { name: string; key: string };
  name: string;
  input: string;
  requestId: string;
  requestTime: number;
}

export interface EntityResult {
  results: { isError: boolean; duration: number; startTime: number; result?: string }[];
  signals: EntitySignal[];
  entityExists: boolean;
  entityState: string;
}

/** The entity's key within the task hub: of this job, then of the entity. */
export function entityKey(job: string, address: EntityAddress): string {
  return `${job}|${keyOfEntity(address)}`;
}

/** Inverse of {@link entityKey}; throws for an entity of another job. */
export function entityAddress(job: string, entity: EntityAddress['entity'], key: string): EntityAddress {
  if (!key.startsWith(`${job}|`)) {
    throw new WeirError('other-job', `the entity ${entity} ${key} is of another job than ${job}: its operations wait until that job is deployed again; give each job a task hub of its own (host.json, extensions.durableTask.hubName)`, 'stop');
  }
  return addressOf(entity, key.slice(job.length + 1));
}

/** The trigger's value may have been parsed already. */
export function readPayload(value: unknown): EntityPayload {
  return (typeof value === 'string' ? JSON.parse(value) : value) as EntityPayload;
}

const KNOWN: Record<EntityAddress['entity'], readonly string[]> = { partition: ['deliver', 'tick', 'release'], group: ['deliver', 'release'] };

export interface ReadOperation {
  operation?: Operation;
  /** The step that sent it, as a W3C `traceparent`. */
  cause?: string;
  /** Why it cannot be run. */
  fault?: string;
}

/** An operation that nobody of this app sends is answered with an error and changes nothing: it must not stop those behind it. */
export function readOperations(entity: EntityAddress['entity'], batch: EntityPayload['batch']): ReadOperation[] {
  return batch.map(({ name, input }) => {
    if (!KNOWN[entity].includes(name)) return { fault: `there is no operation '${name}'; there is ${KNOWN[entity].join(', ')}` };
    try {
      const content = input === null || input === '' ? null : (JSON.parse(input) as unknown);
      const cause = takeCause(content);
      return { operation: { name, input: content }, ...(cause === undefined ? {} : { cause }) };
    } catch (error) {
      return { fault: `the input is not JSON: ${messageOf(error)}` };
    }
  });
}

/** A signal that carries the step that it comes from. It is no part of what it says: {@link readOperations} takes it out again. */
export function withCause(signal: Signal, traceparent: string | undefined): Signal {
  if (traceparent === undefined) return signal;
  const content = typeof signal.input === 'object' && signal.input !== null ? signal.input : {};
  return { ...signal, input: { ...content, traceparent } };
}

function takeCause(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { traceparent } = content as { traceparent?: unknown };
  delete (content as { traceparent?: unknown }).traceparent;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** A result per operation: the extension drops the batch when there are fewer. */
export function writeResult(job: string, state: string, batch: { operations: readonly ReadOperation[]; signals: readonly Signal[]; nowMs: number }): EntityResult {
  const { operations, signals, nowMs } = batch;
  return {
    results: operations.map(({ fault }) => ({ isError: fault !== undefined, duration: 0, startTime: nowMs, ...(fault === undefined ? {} : { result: JSON.stringify(fault) }) })),
    signals: signals.map(({ address, operation, input }) => ({ target: { name: address.entity, key: entityKey(job, address) }, name: operation, input: JSON.stringify(input), requestId: randomUUID(), requestTime: nowMs })),
    entityExists: true,
    entityState: state,
  };
}
