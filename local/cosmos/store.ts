import type { Database as LmdbDatabase } from 'lmdb';
import { LmdbFile } from '../lmdb-file';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Document = Record<string, Json>;

export interface StoredContainer {
  id: string;
  partitionKey: { paths: string[]; kind: string; version?: number };
  defaultTtl?: number;
  uniqueKeyPolicy?: { uniqueKeys: { paths: string[] }[] };
  definition: Document;
  rid: string;
}

/** A document with what the store knows of it. */
export interface StoredDocument {
  body: Document;
  /** Partition key values as JSON. */
  pk: string;
  /** Number of the last change, which orders the change feed. */
  lsn: number;
}

/**
 * Everything durable, in one lmdb environment:
 *
 * | key                                        | value            |
 * | ------------------------------------------ | ---------------- |
 * | `['db', database]`                         | its definition   |
 * | `['coll', database, container]`            | StoredContainer  |
 * | `['doc', rid of container, pk, id]`        | StoredDocument   |
 * | `['feed', rid of container, lsn]`          | `[pk, id]`       |
 * | `['next']`                                 | counter for rids and changes |
 *
 * An operation reads and writes within one transaction; its promise resolves when the transaction is committed.
 */
export class Store {
  private readonly file: LmdbFile;
  private readonly entries: LmdbDatabase<unknown, (string | number)[]>;

  constructor(folder: string) {
    this.file = LmdbFile.open(folder);
    this.entries = this.file.db.openDB<unknown, (string | number)[]>({ name: 'cosmos' });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Runs `work` in a write transaction; what it throws undoes all it did. */
  async write<T>(work: () => T): Promise<T> {
    return this.file.commit(work);
  }

  nextNumber(): number {
    const next = ((this.entries.get(['next']) as number | undefined) ?? 0) + 1;
    this.put(['next'], next);
    return next;
  }

  /** Writes are synchronous inside the transaction they are made in. */
  private put(key: (string | number)[], value: unknown): void {
    void this.entries.put(key, value);
  }

  private remove(key: (string | number)[]): void {
    void this.entries.remove(key);
  }

  database(id: string): Document | undefined {
    return this.entries.get(['db', id]) as Document | undefined;
  }

  databases(): Document[] {
    return this.values(['db']) as Document[];
  }

  putDatabase(id: string, definition: Document): void {
    this.put(['db', id], definition);
  }

  removeDatabase(id: string): void {
    for (const container of this.containers(id)) this.removeContainer(id, container);
    this.remove(['db', id]);
  }

  container(database: string, id: string): StoredContainer | undefined {
    return this.entries.get(['coll', database, id]) as StoredContainer | undefined;
  }

  containers(database: string): StoredContainer[] {
    return this.values(['coll', database]) as StoredContainer[];
  }

  putContainer(database: string, container: StoredContainer): void {
    this.put(['coll', database, container.id], container);
  }

  removeContainer(database: string, container: StoredContainer): void {
    for (const prefix of [['doc', container.rid], ['feed', container.rid]]) for (const key of [...this.keys(prefix)]) this.remove(key);
    this.remove(['coll', database, container.id]);
  }

  document(container: StoredContainer, pk: string, id: string): StoredDocument | undefined {
    return this.entries.get(['doc', container.rid, pk, id]) as StoredDocument | undefined;
  }

  /** All documents of a container, or of one partition key, in the order of key and id. */
  documents(container: StoredContainer, pk?: string): StoredDocument[] {
    return this.values(pk === undefined ? ['doc', container.rid] : ['doc', container.rid, pk]) as StoredDocument[];
  }

  putDocument(container: StoredContainer, pk: string, body: Document): void {
    const id = body.id as string;
    const before = this.document(container, pk, id);
    if (before) this.remove(['feed', container.rid, before.lsn]);
    const lsn = this.nextNumber();
    this.put(['doc', container.rid, pk, id], { body, pk, lsn } satisfies StoredDocument);
    this.put(['feed', container.rid, lsn], [pk, id]);
  }

  removeDocument(container: StoredContainer, pk: string, id: string): void {
    const before = this.document(container, pk, id);
    if (!before) return;
    this.remove(['feed', container.rid, before.lsn]);
    this.remove(['doc', container.rid, pk, id]);
  }

  /** Documents changed after `lsn`, oldest change first; each once, in its latest form. */
  changes(container: StoredContainer, lsn: number, most: number): StoredDocument[] {
    const range = this.entries.getRange({ start: ['feed', container.rid, lsn + 1], end: ['feed', container.rid, Number.MAX_SAFE_INTEGER], limit: most });
    return [...range].map(({ value }) => this.document(container, (value as [string, string])[0], (value as [string, string])[1]) as StoredDocument);
  }

  lastChange(): number {
    return (this.entries.get(['next']) as number | undefined) ?? 0;
  }

  private values(prefix: string[]): unknown[] {
    return [...this.range(prefix)].map(({ value }) => value);
  }

  private keys(prefix: string[]): (string | number)[][] {
    return [...this.range(prefix)].map(({ key }) => key);
  }

  /** Every key that begins with `prefix`: numbers sort before text, and no text sorts behind U+FFFF. */
  private range(prefix: string[]): Iterable<{ key: (string | number)[]; value: unknown }> {
    return this.entries.getRange({ start: prefix, end: [...prefix, '\uffff'] });
  }
}
