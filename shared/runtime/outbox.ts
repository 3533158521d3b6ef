import type { DeadLetter, OutputBatch } from '../event';
import type { Ticks } from '../values/value';
import { encodeValue, decodeValue } from '../values/codec';
import type { SqlRecord } from '../values/value';
import type { LinkDelivery } from './delivery';
import type { EmittedRows, RowOrigin, WindowRow } from './operators/emit';

/** An effect that waits for its state to be committed. */
export type OutboxEntry =
  | { kind: 'delivery'; stage: string; shard: number; delivery: LinkDelivery }
  | { kind: 'output'; batch: OutputBatch }
  | { kind: 'dead-letters'; letters: DeadLetter[] };

/**
 * Effects only from committed state (docs/architecture.md, rule 2): what an activation wants to send or write is put here; the next activation, which
 * sees it only if the state was committed, releases it. Released again after a crash it is the same again.
 */
export class Outbox {
  entries: OutboxEntry[] = [];
  /** Number of the next group of rows without a window. */
  private sequence = 1;

  constructor(
    /** Name of the entity in its outputs. */
    private readonly writer: string,
    /** Random name of this state's life: numbers start anew with a new state. */
    private generation: string,
  ) {}

  /** Takes all entries: to be called with a state that is known to be committed. */
  release(): OutboxEntry[] {
    const released = this.entries;
    this.entries = [];
    return released;
  }

  /** Rows of a window have the window's end as their position, so that they overwrite themselves when computed again; others a running number. */
  addRows(emitted: readonly EmittedRows[]): void {
    const writers = new Map<string, Map<number, OutputBatch>>();
    for (const run of emitted) {
      const { output, operator, windowed } = run;
      const writer: string = windowed ? `${this.writer}.${operator}` : `${this.writer}.${operator}.${this.generation}`;
      const prefix = `${this.writer}/${operator}/`;
      const batches = writers.get(writer) ?? new Map<number, OutputBatch>();
      writers.set(writer, batches);
      const batchAt = (n: number): OutputBatch => {
        let batch = batches.get(n);
        if (batch) return batch;
        batches.set(n, (batch = { output, writer, first: n, last: n, rows: [] }));
        this.entries.push({ kind: 'output', batch });
        return batch;
      };
      if (run.windowed) placeWindowed(run.rows, prefix, batchAt);
      else for (const row of run.rows) {
        row.n = this.sequence;
        row.id = prefix + row.id;
        batchAt(this.sequence).rows.push(row);
      }
    }
    if (emitted.some(({ windowed }) => !windowed)) this.sequence++;
  }

  add(entry: OutboxEntry): void {
    this.entries.push(entry);
  }

  snapshot(): unknown {
    return [this.sequence, this.generation, this.entries.map(encodeEntry)];
  }

  restore(data: unknown): void {
    const [sequence, generation, entries] = data as [number, string, unknown[]];
    this.sequence = sequence;
    this.generation = generation;
    this.entries = entries.map(decodeEntry);
  }
}

/** Rows of one window come one after another, and have one origin. */
function placeWindowed(rows: readonly WindowRow[], prefix: string, batchAt: (n: number) => OutputBatch): void {
  let origin: RowOrigin | undefined;
  let batch: OutputBatch | undefined;
  for (const row of rows) {
    if (row.origin !== origin || batch === undefined) {
      origin = row.origin;
      origin.prefix = prefix;
      batch = batchAt(origin.t);
    }
    batch.rows.push(row);
  }
}

function encodeEntry(entry: OutboxEntry): unknown {
  if (entry.kind !== 'output') return entry;
  return { ...entry, batch: { ...entry.batch, rows: entry.batch.rows.map((row) => [row.n, row.id, row.t, encodeValue(row.values)]) } };
}

function decodeEntry(data: unknown): OutboxEntry {
  const entry = data as OutboxEntry;
  if (entry.kind !== 'output') return entry;
  const rows = (entry.batch.rows as unknown as [number, string, Ticks, unknown][]).map(([n, id, t, values]) => ({ n, id, t, values: decodeValue(values) as SqlRecord }));
  return { ...entry, batch: { ...entry.batch, rows } };
}
