import type { InputEvent } from '../event';
import { fromUnixMs } from '../values/ticks';
import { DateTime } from '../values/value';
import { eventsInBlob, MAX_BLOB, type BlobFormat } from './blob-events';
import { lastPosition, newLedger, unread, withBlob, withEntries, type Ledger, type LedgerEntry } from './blob-ledger';
import type { BlobPath } from './blob-path';
import type { BlobStore, LedgerStore, StoredBlob } from './blob-store';
import type { PartitionBounds, Source, SourceBatch, SourceFacts } from './source';

/** What starts a round: a timer's invocation. */
export interface Poll {
  /** The invocation before failed, and this one is to do the same again. */
  isRetry: boolean;
  /** ms since 1970. */
  nowMs: number;
}

/** A round takes in new blobs until it has this many events. */
const ROUND_EVENTS = 20_000;
const BATCH_EVENTS = 1_000;
/** With {date}, folders of days further back are looked into only in the first round. */
const LOOK_BACK_MS = 2 * 86_400_000;
const DAY_MS = 86_400_000;
const PARTITION = '0';

/**
 * Blobs under a path as a stream of one partition: blob after blob in the order in which they were last modified, and the events of each in its order.
 *
 * A round writes into the ledger which blobs it reads and the positions of their events, and then hands the events over; the next round notes that they have been,
 * unless it is a retry or another process: then they are handed over again, at the same positions. See docs/sources.md.
 */
export class BlobSource implements Source {
  /** Names of the blobs that the last round of this process handed over. */
  private handedOver: ReadonlySet<string> = new Set();

  constructor(
    private readonly path: BlobPath,
    private readonly format: BlobFormat,
    private readonly stores: { blobs: BlobStore; ledger: LedgerStore; nowMs: () => number },
  ) {}

  async read([poll]: readonly unknown[]): Promise<SourceBatch[]> {
    const { isRetry, nowMs } = poll as Poll;
    const loaded = await this.stores.ledger.load();
    const before = loaded?.ledger ?? newLedger();
    const confirmed = isRetry ? new Set<string>() : this.handedOver;
    this.handedOver = new Set();
    let ledger = withEntries(before, (entry) => (confirmed.has(entry.name) ? { ...entry, done: true } : entry));
    const contents = new Map<string, Uint8Array[]>();
    ledger = await this.recall(ledger, contents);
    if (contents.size === 0) ledger = await this.takeIn(ledger, nowMs, contents);
    // Somebody else has read in the meantime; what is there is left to the next round.
    if (JSON.stringify(ledger) !== JSON.stringify(before) && (await this.stores.ledger.save(ledger, loaded?.etag)) === undefined) return [];
    this.handedOver = new Set(contents.keys());
    return batchesOf(ledger.entries, contents);
  }

  /** Reads again the blobs that are in the ledger, but may not have been handed over. */
  private async recall(ledger: Ledger, contents: Map<string, Uint8Array[]>): Promise<Ledger> {
    const lost = new Set<string>();
    for (const entry of ledger.entries.filter(({ done }) => !done)) {
      const events = await this.eventsOf(entry);
      if (events?.length === entry.count) contents.set(entry.name, events);
      else lost.add(entry.name);
    }
    return lost.size === 0 ? ledger : withEntries(ledger, (entry) => (lost.has(entry.name) ? { ...entry, done: true, lost: true } : entry));
  }

  private async takeIn(ledger: Ledger, nowMs: number, contents: Map<string, Uint8Array[]>): Promise<Ledger> {
    let taken = 0;
    for (const blob of unread(ledger, await this.list(ledger, nowMs))) {
      if (taken >= ROUND_EVENTS) break;
      const events = await this.eventsOf(blob);
      // Changed while it was listed: the next round finds it as it is then.
      if (!events) continue;
      ledger = withBlob(ledger, blob, events.length);
      if (events.length > 0) contents.set(blob.name, events);
      taken += events.length;
    }
    return ledger;
  }

  private async eventsOf(blob: StoredBlob): Promise<Uint8Array[] | undefined> {
    if (blob.size > MAX_BLOB) return [Buffer.from(`the blob ${blob.name} has ${blob.size} bytes and cannot be read: ${MAX_BLOB} are possible`)];
    const content = await this.stores.blobs.read(blob);
    return content && eventsInBlob(content, this.format);
  }

  private async list(ledger: Ledger, nowMs: number): Promise<StoredBlob[]> {
    const prefixes = ledger.next === 0 ? [this.path.all] : this.path.prefixes(nowMs - LOOK_BACK_MS, nowMs + DAY_MS);
    const lists = await Promise.all(prefixes.map((prefix) => this.stores.blobs.list(prefix)));
    return lists.flat().filter(({ name }) => this.path.matches(name));
  }

  facts(): Promise<SourceFacts> {
    return Promise.resolve({ partitionIds: [PARTITION], made: undefined });
  }

  /** A blob that was not read yet has at least one event, so that no clock runs ahead of it. */
  async bounds(): Promise<PartitionBounds> {
    const ledger = (await this.stores.ledger.load())?.ledger ?? newLedger();
    const waiting = unread(ledger, await this.list(ledger, this.stores.nowMs()));
    const newest = [...ledger.entries, ...waiting].reduce((latest, { modified }) => Math.max(latest, modified), ledger.floor);
    const last = lastPosition(ledger) + waiting.length;
    return { partition: PARTITION, begin: 0, last, isEmpty: last < 0, lastEnqueued: last < 0 ? undefined : fromUnixMs(newest) };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function batchesOf(entries: readonly LedgerEntry[], contents: ReadonlyMap<string, Uint8Array[]>): SourceBatch[] {
  const events = entries.flatMap((entry) => (contents.get(entry.name) ?? []).map((body, i) => eventAt(entry, i, body)));
  const batches: SourceBatch[] = [];
  for (let start = 0; start < events.length; ) {
    const end = nextBreak(events, start);
    const absent = lostBefore(entries, (events[start] as InputEvent).sequenceNumber);
    batches.push({ partition: PARTITION, partitionCount: 1, begin: 0, ...(absent === undefined ? {} : { absent }), events: events.slice(start, end) });
    start = end;
  }
  return batches;
}

/** The first of the positions right before this one whose blobs were lost; undefined when none were. */
function lostBefore(entries: readonly LedgerEntry[], position: number): number | undefined {
  let at = position;
  for (const { first, count, lost } of [...entries].reverse()) if (lost && first + count === at) at = first;
  return at < position ? at : undefined;
}

function nextBreak(events: readonly InputEvent[], start: number): number {
  let end = start + 1;
  while (end < events.length && end - start < BATCH_EVENTS && (events[end] as InputEvent).sequenceNumber === (events[end - 1] as InputEvent).sequenceNumber + 1) end++;
  return end;
}

function eventAt({ name, modified, first }: LedgerEntry, i: number, body: Uint8Array): InputEvent {
  const enqueued = fromUnixMs(modified);
  return { sequenceNumber: first + i, enqueued, body, metadata: { BlobName: name, BlobLastModifiedUtcTime: new DateTime(enqueued) } };
}
