import { WeirError, messageOf } from '../errors';
import { createDecoder, type FormatOptions } from '../formats/decoder';
import { fromUnixMs } from '../values/ticks';
import type { SqlRecord, Ticks } from '../values/value';
import { hasSnapshots, snapshotPattern, type SnapshotFormat } from './snapshot-pattern';
import type { SnapshotStore } from './snapshot-stores';
import { effectiveFrom, Timeline, type Snapshot } from './timeline';

/** The rows of a reference input as they stood at a time: the same list as long as the rows are the same. */
export interface ReferenceSnapshot {
  rows: readonly SqlRecord[];
}

/** Reference inputs by name, in any case. */
export interface ReferenceTables {
  at(name: string, t: Ticks): ReferenceSnapshot;
}

/** Where a reference input is kept: under a fixed path, or in snapshots under a path with {date} and {time}. */
export interface ReferenceSource extends SnapshotFormat {
  name: string;
  store: SnapshotStore;
  path: string;
  format: FormatOptions;
}

const MINUTE_MS = 60_000;
/** Snapshots that nobody has asked for in so many minutes are let go. */
const KEPT_MINUTES = 3;

/** Thrown out of a batch that needs a snapshot which is not in memory. */
class NotLoaded extends WeirError {
  constructor(
    readonly table: Table,
    readonly snapshot: Snapshot,
  ) {
    super('reference-not-loaded', `the snapshot ${snapshot.path} is not in memory`, 'retry');
  }
}

/**
 * Reference data that is kept up to date: once a minute it is looked which snapshots there are, and each is loaded when an event's time needs it.
 * A job waits for its reference data: while there is none, batches are to be retried.
 */
export class ReferenceData implements ReferenceTables {
  private readonly tables: ReadonlyMap<string, Table>;
  private scanned: { minute: number; done: Promise<void> } | undefined;

  constructor(sources: readonly ReferenceSource[]) {
    this.tables = new Map(sources.map((source) => [source.name.toLowerCase(), new Table(source)]));
  }

  /**
   * Runs a batch with the reference data that it asks for. `work` may be run several times: it must have no effect when it throws. Rejects as it does, and
   * with a WeirError to be retried while reference data is not there.
   */
  async using<T>(nowMs: number, work: () => T | Promise<T>): Promise<T> {
    await this.refresh(nowMs);
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NotLoaded)) throw error;
        await error.table.load(error.snapshot);
      }
    }
  }

  at(name: string, t: Ticks): ReferenceSnapshot {
    const table = this.tables.get(name.toLowerCase());
    if (!table) throw new WeirError('unknown-reference', `there is no reference data '${name}'; there is ${[...this.tables.keys()].join(', ') || 'none'}`, 'stop');
    return table.at(t);
  }

  /** At most once a minute of the clock; all that come meanwhile wait for the same scan. */
  private refresh(nowMs: number): Promise<void> {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (this.scanned && this.scanned.minute >= minute) return this.scanned.done;
    const done = Promise.all([...this.tables.values()].map((table) => table.scan(nowMs))).then(() => undefined);
    this.scanned = { minute, done };
    done.catch(() => (this.scanned = undefined));
    return done;
  }
}

/** One reference input. */
class Table {
  private timeline = new Timeline<Snapshot>([]);
  private now: Ticks = 0;
  private minute = 0;
  /** Decoded snapshots by path, with the minute in which each was last asked for. */
  private readonly loaded = new Map<string, { snapshot: ReferenceSnapshot; used: number }>();
  private readonly loading = new Map<string, Promise<void>>();
  private readonly isStatic: boolean;

  constructor(private readonly source: ReferenceSource) {
    this.isStatic = !hasSnapshots(source.path);
    if (this.isStatic) this.timeline = new Timeline([{ path: source.path, time: 0, from: -Infinity }]);
  }

  async scan(nowMs: number): Promise<void> {
    this.now = fromUnixMs(nowMs);
    this.minute = Math.floor(nowMs / MINUTE_MS);
    if (this.isStatic) return;
    this.timeline = new Timeline(await this.snapshots());
    for (const [path, { used }] of this.loaded) if (used < this.minute - KEPT_MINUTES) this.loaded.delete(path);
  }

  private async snapshots(): Promise<Snapshot[]> {
    const { store, path } = this.source;
    const pattern = snapshotPattern(path, this.source);
    const files = await store.list(pattern.prefix).catch((error: unknown) => {
      throw this.missing(path, messageOf(error), error);
    });
    return files.flatMap(({ path: found, created }) => {
      const time = pattern.timeOf(found);
      return time === undefined ? [] : [{ path: found, time, from: created === undefined ? time : effectiveFrom(time, created) }];
    });
  }

  at(t: Ticks): ReferenceSnapshot {
    const snapshot = this.timeline.at(t, this.now);
    if (!snapshot) throw this.missing(this.source.path, 'there is no snapshot yet');
    const found = this.loaded.get(snapshot.path);
    if (!found) throw new NotLoaded(this, snapshot);
    found.used = this.minute;
    return found.snapshot;
  }

  load({ path }: Snapshot): Promise<void> {
    const running = this.loading.get(path) ?? this.read(path).finally(() => this.loading.delete(path));
    this.loading.set(path, running);
    return running;
  }

  private async read(path: string): Promise<void> {
    const { name, store, format } = this.source;
    const bytes = await store.read(path).catch((error: unknown) => {
      throw this.missing(path, messageOf(error), error);
    });
    try {
      this.loaded.set(path, { snapshot: { rows: createDecoder(format)(bytes) }, used: this.minute });
    } catch (error) {
      throw new WeirError('invalid-reference-data', `the reference data ${name} in ${store.describe(path)} is not ${format.format}: ${messageOf(error)}`, 'stop', { cause: error });
    }
  }

  private missing(path: string, why: string, cause?: unknown): WeirError {
    return new WeirError('no-reference-data', `the reference data ${this.source.name} cannot be read from ${this.source.store.describe(path)}: ${why}`, 'retry', { cause });
  }
}
