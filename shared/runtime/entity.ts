/**
 * A batch of operations on a durable entity, as one pure step: state and operations in, state and effects out. The rule of effects: what is
 * sent and written is only what an earlier, committed batch left in the outbox; so a batch that runs again releases the same again.
 */
import { WeirError } from '../errors';
import type { DeadLetter, OutputBatch } from '../event';
import type { Program, Stage } from '../program';
import type { IngestDelivery, LinkDelivery } from './delivery';
import { GroupState } from './group';
import type { PartitionEnvironment, PartitionStatus, Tick } from './partition';
import { PartitionState } from './partition';
import { requireReadable, stateOperators, stateText, versionOf, type StateHead } from './state-text';

/** Which entity: of a partition of an input, or of a shard of a group stage. */
export type EntityAddress = { entity: 'partition'; input: string; partition: string } | { entity: 'group'; stage: string; shard: number };

export interface Operation {
  /** `deliver`, `tick` or `release`. */
  name: string;
  input: unknown;
}

export interface Signal {
  address: EntityAddress;
  operation: string;
  input: unknown;
}

export interface EntityEffects {
  signals: Signal[];
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

export interface EntityResult {
  stateText: string;
  effects: EntityEffects;
  /** Of a partition: how far it was and how far it is. */
  progress?: EntityProgress;
}

export interface EntityProgress {
  input: string;
  partition: string;
  before: PartitionStatus;
  after: PartitionStatus;
}

export interface EntityContext {
  program: Program;
  /** By operator: what a state must have been gathered under to be read. Without them only its form is checked. */
  fingerprints?: readonly string[];
  environment: PartitionEnvironment;
  /** Wall clock in ms, for deliveries that wait. */
  nowMs: number;
  /** A fresh random name. */
  random: () => string;
  cache: EntityCache;
}

type Live = PartitionState | GroupState;

/**
 * Live states of the entities served last, by address. Each is kept under a random version that is also in the state's text: a batch that was never
 * committed leaves a live state whose version no text has, and so is never used.
 */
export class EntityCache {
  private readonly entries = new Map<string, { version: string; live: Live }>();

  constructor(private readonly limit = 200) {}

  take(key: string, version: string): Live | undefined {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    return entry?.version === version ? entry.live : undefined;
  }

  put(key: string, version: string, live: Live): void {
    this.entries.set(key, { version, live });
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > this.limit && oldest !== undefined) this.entries.delete(oldest);
  }
}

/** Runs a batch. Throws when it cannot be run: then nothing has happened, and the batch is to be tried again. */
export function runEntity(address: EntityAddress, before: string | null, operations: readonly Operation[], context: EntityContext): EntityResult {
  const key = keyOfEntity(address);
  const live = revive(address, key, before, context);
  const effects = released(live);
  const earlier = statusOf(live);
  for (const operation of operations) operate(live, operation, context);
  if (live.outbox.entries.length > 0) effects.signals.push({ address, operation: 'release', input: true });
  const version = context.random();
  const text = stateText({ v: version, p: planOf(address, context), h: live.progress() }, live.snapshot());
  context.cache.put(key, version, live);
  const later = statusOf(live);
  return { stateText: text, effects, ...(address.entity === 'partition' && earlier && later ? { progress: { input: address.input, partition: address.partition, before: earlier, after: later } } : {}) };
}

function statusOf(live: Live): PartitionStatus | undefined {
  return live instanceof PartitionState ? live.status() : undefined;
}

function revive(address: EntityAddress, key: string, text: string | null, context: EntityContext): Live {
  if (text === null) return create(address, context);
  return context.cache.take(key, versionOf(text)) ?? restore(address, text, context);
}

function restore(address: EntityAddress, text: string, context: EntityContext): Live {
  const { s: state, ...head } = JSON.parse(text) as Partial<StateHead> & { s: unknown };
  requireReadable(head, keyOfEntity(address), planOf(address, context));
  const live = create(address, context);
  live.restore(state);
  return live;
}

/** Fingerprints of the operators that the entity's state depends on. */
export function planOf(address: EntityAddress, { program, fingerprints }: Pick<EntityContext, 'program' | 'fingerprints'>): Record<string, string> | undefined {
  if (!fingerprints) return undefined;
  const isOwn = (stage: Stage): boolean => (address.entity === 'group' ? stage.id === address.stage : stage.kind === 'partition' && stage.input?.toLowerCase() === address.input.toLowerCase());
  return Object.fromEntries(stateOperators(program.plan, isOwn).map((id) => [id, fingerprints[id] as string]));
}

function create(address: EntityAddress, { program, environment, random }: EntityContext): Live {
  const own = { ...environment, generation: random() };
  if (address.entity === 'partition') return new PartitionState(program, address.input, address.partition, own);
  const stage = program.plan.stages.find((s) => s.id === address.stage);
  if (!stage) throw new WeirError('unknown-stage', `the job's plan has no stage ${address.stage}: the query was changed while results of the old one were on their way; raise "version" in job.json, see docs/upgrades.md`, 'stop');
  return new GroupState(program, stage as Stage, address.shard, own);
}

function released(live: Live): EntityEffects {
  const effects: EntityEffects = { signals: [], outputs: [], deadLetters: [] };
  for (const entry of live.outbox.release()) {
    if (entry.kind === 'output') effects.outputs.push(entry.batch);
    else if (entry.kind === 'dead-letters') effects.deadLetters.push(...entry.letters);
    else effects.signals.push({ address: { entity: 'group', stage: entry.stage, shard: entry.shard }, operation: 'deliver', input: entry.delivery });
  }
  return effects;
}

function operate(live: Live, { name, input }: Operation, { nowMs }: EntityContext): void {
  if (name === 'release') return;
  if (name === 'deliver' && live instanceof PartitionState) live.deliver(input as IngestDelivery, nowMs);
  else if (name === 'deliver' && live instanceof GroupState) live.deliver(input as LinkDelivery, nowMs);
  else if (name === 'tick' && live instanceof PartitionState) live.tick(input as Tick, nowMs);
  else throw new WeirError('unknown-operation', `an entity of this kind has no operation '${name}'`, 'stop');
}

/** The entity's key within the job: letters, digits and `.|-_` only, whatever the names. */
export function keyOfEntity(address: EntityAddress): string {
  return address.entity === 'partition' ? `${encodeName(address.input)}|${address.partition}` : `${encodeName(address.stage)}|${address.shard}`;
}

/** Inverse of {@link keyOfEntity}. */
export function addressOf(entity: 'partition' | 'group', key: string): EntityAddress {
  const at = key.lastIndexOf('|');
  const name = decodeURIComponent(key.slice(0, at).replace(/_/g, '%'));
  return entity === 'partition' ? { entity, input: name, partition: key.slice(at + 1) } : { entity, stage: name, shard: Number(key.slice(at + 1)) };
}

/** As in a URL, with `_` for `%`, which keys of entities cannot have. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[_~!*'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%/g, '_');
}
