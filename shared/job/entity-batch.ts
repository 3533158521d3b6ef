/** The entity trigger's payload and result, as the Durable Task extension reads and writes them for out-of-process workers. */
import { randomUUID } from 'node:crypto';
import { WeirError, messageOf } from '../errors';
import { addressOf, keyOfEntity, type EntityAddress, type Operation, type Signal } from '../runtime/entity';
import type { JobDefinition } from './definition';
import { entityPrefix, readPrefix } from './version';

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

/** Which job, and which version of it. */
export type JobVersion = Pick<JobDefinition, 'name' | 'version'>;

/** The entity's key within the task hub: of this version of the job, then of the entity. */
export function entityKey(job: JobVersion, address: EntityAddress): string {
  return `${entityPrefix(job)}|${keyOfEntity(address)}`;
}

/** Inverse of {@link entityKey}; undefined for an entity of an earlier version of the job, which is abandoned. Throws for one of another job or of a later version. */
export function entityAddress(job: JobVersion, entity: EntityAddress['entity'], key: string): EntityAddress | undefined {
  const own = readPrefix(key);
  if (own.name === job.name && own.version < job.version) return undefined;
  if (own.name !== job.name || own.version !== job.version) {
    throw new WeirError('other-job', `the entity ${entity} ${key} is not of the job ${entityPrefix(job)}: its operations wait until its own is deployed again; give each job a task hub of its own (host.json, extensions.durableTask.hubName)`, 'stop');
  }
  return addressOf(entity, key.slice(entityPrefix(job).length + 1));
}

/** Leaves an abandoned entity as it is: what comes for it is dropped, so that it does not come again for ever. */
export function leaveAlone({ exists, state, batch }: EntityPayload, nowMs: number): EntityResult {
  return { results: batch.map(() => ({ isError: false, duration: 0, startTime: nowMs })), signals: [], entityExists: exists, entityState: state ?? '' };
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
      return cause === undefined ? { operation: { name, input: content, ...(input ? { text: input } : {}) } } : { operation: { name, input: content }, cause };
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
export function writeResult(job: JobVersion, state: string, batch: { operations: readonly ReadOperation[]; signals: readonly Signal[]; nowMs: number }): EntityResult {
  const { operations, signals, nowMs } = batch;
  return {
    results: operations.map(({ fault }) => ({ isError: fault !== undefined, duration: 0, startTime: nowMs, ...(fault === undefined ? {} : { result: JSON.stringify(fault) }) })),
    signals: signals.map(({ address, operation, input }) => ({ target: { name: address.entity, key: entityKey(job, address) }, name: operation, input: JSON.stringify(input), requestId: randomUUID(), requestTime: nowMs })),
    entityExists: true,
    entityState: state,
  };
}
