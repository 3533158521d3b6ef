/**
 * What is known of the blobs of an input, kept in a blob of its own: which ones were read, and which positions their events have. It is what makes positions of a set
 * of files: a blob gets its positions once, before its events are sent, and keeps them.
 */
import type { StoredBlob } from './blob-store';

export interface LedgerEntry extends StoredBlob {
  /** Position of its first event. */
  first: number;
  /** How many events it has. */
  count: number;
  /** Its events have been handed over. */
  done: boolean;
  /** It was changed or deleted before they had been. */
  lost?: boolean;
}

export interface Ledger {
  version: 1;
  /** Position of the next event. */
  next: number;
  /** Blobs that were last modified before this (ms since 1970) are taken as read: their names are forgotten. */
  floor: number;
  entries: LedgerEntry[];
}

/** Names that are kept in mind. */
export const MAX_ENTRIES = 10_000;

export function newLedger(): Ledger {
  return { version: 1, next: 0, floor: 0, entries: [] };
}

/**
 * Those that were not read yet, in the order in which they are read: by when they were last modified, then by name. A blob that was read and changed since is
 * not read again. An empty one is still to be written: who writes to a data lake makes the file first.
 */
export function unread(ledger: Ledger, blobs: readonly StoredBlob[]): StoredBlob[] {
  const known = new Set(ledger.entries.map(({ name }) => name));
  return blobs.filter(({ name, modified, size }) => size > 0 && modified > ledger.floor && !known.has(name)).sort((a, b) => a.modified - b.modified || (a.name < b.name ? -1 : 1));
}

export function withBlob(ledger: Ledger, blob: StoredBlob, count: number): Ledger {
  const { name, etag, modified, size } = blob;
  return { ...ledger, next: ledger.next + count, entries: [...ledger.entries, { name, etag, modified, size, first: ledger.next, count, done: count === 0 }] };
}

/** The ledger with the entries changed where `change` says so, and without the oldest when there are too many. */
export function withEntries(ledger: Ledger, change: (entry: LedgerEntry) => LedgerEntry): Ledger {
  const entries = ledger.entries.map(change);
  const surplus = Math.max(0, entries.length - MAX_ENTRIES);
  const old = entries.slice(0, surplus).filter(({ done }) => done);
  const floor = old.reduce((least, { modified }) => Math.max(least, modified), ledger.floor);
  return { ...ledger, floor, entries: entries.filter((entry) => !old.includes(entry)) };
}

/** The position of the last event that can still be read, or has been; -1 before the first. */
export function lastPosition({ entries, next }: Ledger): number {
  const last = entries.filter(({ count, lost }) => count > 0 && !lost).at(-1);
  return last ? last.first + last.count - 1 : entries.some(({ lost }) => lost) ? -1 : next - 1;
}
