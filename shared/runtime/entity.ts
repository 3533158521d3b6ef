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
import { isReplayable, ReplayedReferences } from './replay';
import { bodyOf, readBody } from './state-base';
import { blobsOf, keep, keepWhole, LOG_LIMITS, type LogLimits, type LogRecord, type Segment, type StateLog } from './state-log';
import { logHeadOf, requireReadable, stateOperators, stateText, versionOf, type StateRecord } from './state-text';

/** Which entity: of a partition of an input, or of a shard of a group stage. */
export type EntityAddress = { entity: 'partition'; input: string; partition: string } | { entity: 'group'; stage: string; shard: number };

export interface Operation {
  /** `deliver`, `tick` or `release`. */
  name: string;
  input: unknown;
  /** The input as JSON, where there is such a text already. */
  text?: string;
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
  blobs: BlobChanges;
  /** Of a partition: how far it was and how far it is. */
  progress?: EntityProgress;
}

/** What is to be done with the blobs that states refer to. Their names are the entity's own. */
export interface BlobChanges {
  /** Before the new state is committed: it refers to them. */
  write: Segment[];
  /** Now: the state that was read is committed, and no state refers to them any more. */
  remove: string[];
  /** Batches that were given up leave blobs. Those of the folder older than `beforeMs` that are not among `keep` are such; absent when there is no need to look. */
  sweep?: { folder: string; beforeMs: number; keep: string[] };
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
  /** The blobs that {@link blobsToRead} names, by name. */
  blobs?: ReadonlyMap<string, Uint8Array>;
  limits?: LogLimits;
}

type Live = PartitionState | GroupState;

/** A live state with how it is kept. */
interface Entry {
  version: string;
  live: Live;
  isReplayable: boolean;
  log: StateLog | undefined;
  /** What the committed state no longer refers to. */
  dropped: readonly string[];
  /** When it was written, ms. */
  writtenMs: number;
  /** Characters of the longest record of late. */
  recent: number;
}

/** What is left of a record's weight after the next activation: one that only releases follows nearly every other. */
const FADING = 7 / 8;

/** A request may be stuck for minutes, and clocks differ: only what is older than this, in ms, than a committed state has been left over by what came before it. */
const LEFT_OVER = 60 * 60_000;

/**
 * Live states of the entities served last, by address. Each is kept under a random version that is also in the state's text: a batch that was never
 * committed leaves a live state whose version no text has, and so is never used.
 */
export class EntityCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly limit = 200) {}

  has(key: string, version: string): boolean {
    return this.entries.get(key)?.version === version;
  }

  take(key: string, version: string): Entry | undefined {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    return entry?.version === version ? entry : undefined;
  }

  put(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    const oldest = this.entries.keys().next().value;
    if (this.entries.size > this.limit && oldest !== undefined) this.entries.delete(oldest);
  }
}

/** Names of the blobs that must be read to run a batch on a state; none when its live state is in memory. */
export function blobsToRead(address: EntityAddress, before: string | null, cache: EntityCache): string[] {
  return before === null || cache.has(keyOfEntity(address), versionOf(before)) ? [] : blobsOf(logHeadOf(before));
}

/** Runs a batch. Throws when it cannot be run: then nothing has happened, and the batch is to be tried again. */
export function runEntity(address: EntityAddress, before: string | null, operations: readonly Operation[], context: EntityContext): EntityResult {
  const key = keyOfEntity(address);
  const found = revive(address, key, before, context);
  const { live } = found;
  const effects = released(live);
  const earlier = statusOf(live);
  for (const operation of operations) operate(live, operation, context.nowMs);
  if (live.outbox.entries.length > 0) effects.signals.push({ address, operation: 'release', input: true });
  const later = statusOf(live);
  const { text, blobs } = write(address, found, operations, context);
  return { stateText: text, effects, blobs, ...(address.entity === 'partition' && earlier && later ? { progress: { input: address.input, partition: address.partition, before: earlier, after: later } } : {}) };
}

/** The new state's text. From now on it is the one in the cache. */
function write(address: EntityAddress, { live, isReplayable, log, dropped, writtenMs, recent: before }: Entry, operations: readonly Operation[], context: EntityContext): { text: string; blobs: BlobChanges } {
  const { nowMs, random, limits = LOG_LIMITS, cache } = context;
  const record = isReplayable ? recordOf(operations, nowMs) : undefined;
  const recent = Math.max(record?.length ?? 0, before * FADING);
  const kept = isReplayable ? keep(log, record, () => bodyOf((blocks) => live.body(blocks), limits.block), { limits, random, recent }) : keepWhole(log, JSON.stringify(live.body()));
  const next = 'log' in kept.rest ? kept.rest.log : undefined;
  const version = random();
  const status = statusOf(live);
  const head = { v: version, w: nowMs, d: kept.drop, p: planOf(address, context), h: live.progress(), ...(next ? { l: { g: next.g, b: next.b, n: next.n, s: next.s, m: next.m } } : {}), ...(status ? { c: status } : {}) };
  const text = stateText(head, live.accounts(), 'log' in kept.rest ? { tail: kept.rest.log.tail } : kept.rest);
  cache.put(keyOfEntity(address), { version, live, isReplayable, log: next, dropped: kept.drop, writtenMs: nowMs, recent });
  return { text, blobs: { write: kept.write, remove: [...dropped], ...(log && kept.isCompact ? { sweep: sweepOf(log, next, writtenMs) } : {}) } };
}

/** What was written before the committed state by batches that were given up. Nothing that a later state may refer to is so old, also when this one is not the last any more. */
function sweepOf(log: StateLog, next: StateLog | undefined, writtenMs: number): BlobChanges['sweep'] {
  return { folder: `${log.g}/`, beforeMs: writtenMs - LEFT_OVER, keep: [...blobsOf(log), ...blobsOf(next)] };
}

/** A {@link LogRecord} as JSON. A release changes nothing but the accounts, which are in every text. */
function recordOf(operations: readonly Operation[], nowMs: number): string | undefined {
  const applied = operations.filter(({ name }) => name !== 'release').map(({ name, input, text }) => `[${JSON.stringify(name)},${text ?? JSON.stringify(input ?? null)}]`);
  return applied.length === 0 ? undefined : `[${nowMs},[${applied.join()}]]`;
}

function statusOf(live: Live): PartitionStatus | undefined {
  return live instanceof PartitionState ? live.status() : undefined;
}

function revive(address: EntityAddress, key: string, text: string | null, context: EntityContext): Entry {
  const { program, environment, random } = context;
  if (text === null) return { version: '', live: create(address, program, { ...environment, generation: random() }), isReplayable: isReplayable(program.plan, ownStages(address)), log: undefined, dropped: [], writtenMs: -Infinity, recent: 0 };
  return context.cache.take(key, versionOf(text)) ?? restore(address, text, context);
}

function restore(address: EntityAddress, text: string, context: EntityContext): Entry {
  const state = JSON.parse(text) as StateRecord;
  requireReadable(state, keyOfEntity(address), planOf(address, context));
  const { v: version, l: head, w: writtenMs, d: dropped = [] } = state;
  // A row that was set aside when it came is set aside again, also when the job would stop at it now.
  const references = new ReplayedReferences(context.environment.references);
  const environment: PartitionEnvironment & { generation: string } = { ...context.environment, references, generation: '', onError: 'dead-letter' };
  const live = create(address, context.program, environment);
  const [base, ...segments] = blobsOf(head);
  const { data, blocks } = base === undefined ? { data: state.s } : readBody(blobOf(base, address, context));
  live.restoreBody(data, blocks);
  const recordsOf = (name: string): LogRecord[] => JSON.parse(Buffer.from(blobOf(name, address, context)).toString()) as LogRecord[];
  for (const record of [...segments.flatMap(recordsOf), ...((state.t ?? []) as LogRecord[])]) replay(live, record);
  live.restoreAccounts(state.a);
  environment.onError = context.environment.onError;
  references.isReplaying = false;
  const log = head ? { ...head, tail: (state.t as LogRecord[]).map((record) => JSON.stringify(record)) } : undefined;
  return { version, live, isReplayable: isReplayable(context.program.plan, ownStages(address)), log, dropped, writtenMs, recent: 0 };
}

/** What it would send has been sent. */
function replay(live: Live, [nowMs, operations]: LogRecord): void {
  for (const [name, input] of operations) operate(live, { name, input }, nowMs);
  live.outbox.release();
}

function blobOf(name: string, address: EntityAddress, { blobs }: EntityContext): Uint8Array {
  const bytes = blobs?.get(name);
  if (bytes !== undefined) return bytes;
  const remedy = 'if another instance has just replaced it, this passes by itself; if not, restore the blob (soft delete), or raise "version" in job.json to compute the state again from the input; see docs/errors.md';
  throw new WeirError('state-missing', `a part of the state of ${keyOfEntity(address)} is not there: blob ${name} of the state container. Nothing is applied without it: ${remedy}`, 'retry');
}

/** Fingerprints of the operators that the entity's state depends on. */
export function planOf(address: EntityAddress, { program, fingerprints }: Pick<EntityContext, 'program' | 'fingerprints'>): Record<string, string> | undefined {
  if (!fingerprints) return undefined;
  return Object.fromEntries(stateOperators(program.plan, ownStages(address)).map((id) => [id, fingerprints[id] as string]));
}

function ownStages(address: EntityAddress): (stage: Stage) => boolean {
  return (stage) => (address.entity === 'group' ? stage.id === address.stage : stage.kind === 'partition' && stage.input?.toLowerCase() === address.input.toLowerCase());
}

function create(address: EntityAddress, program: Program, own: PartitionEnvironment & { generation: string }): Live {
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

function operate(live: Live, { name, input }: Operation, nowMs: number): void {
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
