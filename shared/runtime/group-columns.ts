import type { Accumulator } from '../builtins/accumulator';
import { encodeValue } from '../values/codec';
import { shardOf } from '../values/key';
import type { SqlValue, Ticks } from '../values/value';
import type { GroupTable } from './operators/group-table';
import type { Row } from './row';
import { Columns, deltas, type EncodedRows } from './row-codec';

/** Groups of one closed window of a partial aggregate. The table does not change any more. */
export interface GroupPiece {
  table: GroupTable;
  /** Which groups; absent: all. */
  slots?: readonly number[];
  /** End of the window, and which of the operator's windows it is. */
  t: Ticks;
  window: number;
}

/**
 * Rows of a partial aggregate, as they lie in its tables: keys, states and which window it is. Whoever finishes them in the same process merges tables; as JSON they are like
 * other columns, with states in words.
 */
export class GroupColumns extends Columns {
  readonly pieces: GroupPiece[] = [];

  add(piece: GroupPiece): void {
    this.pieces.push(piece);
    const size = sizeOf(piece);
    this.t = this.t.concat(new Array<Ticks>(size).fill(piece.t));
    this.n = this.n.concat(new Array<number>(size).fill(0));
  }

  /** Adds all groups to the columns of their shard. */
  spread(byShard: (Columns | undefined)[], shards: number): void {
    for (const piece of this.pieces) {
      if (shards === 1) {
        addTo(byShard, 0, piece);
        continue;
      }
      const slots: number[][] = [];
      const { prefix, texts } = piece.table.keyTexts();
      texts.forEach((text, slot) => (slots[shardOf(prefix + text, shards)] ??= []).push(slot));
      slots.forEach((own, shard) => addTo(byShard, shard, { ...piece, slots: own }));
    }
  }

  override row(i: number, source: string): Row {
    const { piece, slot } = this.place(i);
    const { table, t, window } = piece;
    return { t, r: [...table.values(slot), ...table.accumulators.map((accumulator) => accumulator.encode(slot) as SqlValue), window], s: source, n: 0 };
  }

  override lend(i: number, source: string, into: Row): void {
    Object.assign(into, this.row(i, source), { k: undefined });
  }

  private place(i: number): { piece: GroupPiece; slot: number } {
    let left = i;
    for (const piece of this.pieces) {
      const size = sizeOf(piece);
      if (left < size) return { piece, slot: slotAt(piece, left) };
      left -= size;
    }
    throw new RangeError(`there is no row ${i}`);
  }

  override toJSON(): EncodedRows {
    const [first] = this.pieces;
    const width = first ? first.table.values(0).length : 0;
    const column = (valueOf: (piece: GroupPiece, slot: number) => SqlValue): unknown[] => this.pieces.flatMap((piece) => Array.from({ length: sizeOf(piece) }, (_, k) => encodeValue(valueOf(piece, slotAt(piece, k)))));
    const keys = Array.from({ length: width }, (_, c) => column(({ table }, slot) => table.values(slot)[c] as SqlValue));
    const states = (first?.table.accumulators ?? []).map((_, a) => column(({ table }, slot) => (table.accumulators[a] as Accumulator).encode(slot) as SqlValue));
    return { t: deltas(this.t), n: deltas(this.n), cols: [...keys, ...states, column(({ window }) => window)] };
  }
}

export function sizeOf({ table, slots }: GroupPiece): number {
  return slots?.length ?? table.size;
}

export function slotAt({ slots }: GroupPiece, k: number): number {
  return slots ? (slots[k] as number) : k;
}

function addTo(byShard: (Columns | undefined)[], shard: number, piece: GroupPiece): void {
  const columns = (byShard[shard] ??= new GroupColumns());
  (columns as GroupColumns).add(piece);
}
