import type { CodeByKind, JoinOperator } from '../../program';
import { keyOf } from '../../values/key';
import { DateTime, type Ticks } from '../../values/value';
import { completeOrder, type Emit, type Guard, type Row, type RuntimeOperator } from '../row';
import { decodeRows, encodeRows, type EncodedRows } from '../row-codec';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

interface Entry {
  row: Row;
  matched: boolean;
}

/** Rows of one side that may still find a partner, by key and in order of time. */
type Side = Map<string, Entry[]>;

/** Join of two streams within bounds of time: each row, in order, looks for partners among those of the other side that came before it. */
export class JoinRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private left: Side = new Map();
  private right: Side = new Map();

  constructor(
    private readonly operator: JoinOperator,
    private readonly code: CodeByKind['join'],
    private readonly emit: Emit,
    private readonly guard: Guard,
  ) {}

  push(input: number, row: Row): void {
    this.buffer.push(row, input);
  }

  advance(w: Ticks): Ticks {
    for (const { row, input } of this.buffer.release(w)) {
      this.guard(row, () => (input === 0 ? this.meetRight(row) : this.meetLeft(row)));
    }
    this.expire(w);
    // A left row without partner is only certain `upper` after its time, but carries an earlier time.
    return this.operator.join === 'left' ? w - Math.max(0, this.operator.upper - this.operator.unmatched) : w;
  }

  private meetRight(left: Row): void {
    const key = this.key(this.code.leftKey(left.r, left.t));
    const entry = { row: left, matched: false };
    for (const right of (key !== null && this.right.get(key)) || []) this.guard(left, () => this.pair(entry, right));
    remember(this.left, key ?? '', entry);
  }

  private meetLeft(right: Row): void {
    const key = this.key(this.code.rightKey(right.r, right.t));
    if (key === null) return;
    const entry = { row: right, matched: false };
    for (const left of this.left.get(key) ?? []) this.guard(right, () => this.pair(left, entry));
    remember(this.right, key, entry);
  }

  /** NULL equals nothing, so a row with NULL in its key has no partner. */
  private key(values: Parameters<typeof keyOf>[0]): string | null {
    return values.includes(null) ? null : `k${keyOf(values)}`;
  }

  private pair(left: Entry, right: Entry): void {
    const distance = right.row.t - left.row.t;
    if (distance < this.operator.lower || distance > this.operator.upper) return;
    const r = [...left.row.r, new DateTime(left.row.t), ...right.row.r, new DateTime(right.row.t)];
    const later = left.row.t > right.row.t ? left.row : right.row;
    if (this.code.test && !this.code.test(r, later.t)) return;
    left.matched = true;
    this.emit({ t: later.t, r, s: later.s, n: later.n });
  }

  private expire(w: Ticks): void {
    const { upper, lower, unmatched, rightWidth, join } = this.operator;
    const lonely = forget(this.left, (row) => row.t + upper < w).filter((entry) => !entry.matched && join === 'left');
    forget(this.right, (row) => row.t - lower < w);
    const nothing = new Array<null>(rightWidth + 1).fill(null);
    for (const { row } of lonely.sort((a, b) => completeOrder(a.row, b.row))) this.emit({ t: row.t + unmatched, r: [...row.r, new DateTime(row.t), ...nothing], s: row.s, n: row.n });
  }

  snapshot(): unknown {
    return [this.buffer.snapshot(), encodeSide(this.left), encodeSide(this.right)];
  }

  restore(data: unknown): void {
    const [buffer, left, right] = data as [unknown, EncodedSide, EncodedSide];
    this.buffer.restore(buffer);
    this.left = decodeSide(left);
    this.right = decodeSide(right);
  }
}

function remember(side: Side, key: string, entry: Entry): void {
  const entries = side.get(key);
  if (entries) entries.push(entry);
  else side.set(key, [entry]);
}

/** Takes out the rows that are past; they are at the front, as rows came in order of time. */
function forget(side: Side, isPast: (row: Row) => boolean): Entry[] {
  const gone: Entry[] = [];
  for (const [key, entries] of side) {
    let count = 0;
    while (count < entries.length && isPast((entries[count] as Entry).row)) count++;
    if (count === 0) continue;
    gone.push(...entries.splice(0, count));
    if (entries.length === 0) side.delete(key);
  }
  return gone;
}

type EncodedSide = [string, EncodedRows, number[]][];

const encodeSide = (side: Side): EncodedSide => [...side].map(([key, entries]) => [key, encodeRows(entries.map((e) => e.row), true), entries.map((e) => Number(e.matched))]);
const decodeSide = (data: EncodedSide): Side => new Map(data.map(([key, rows, matched]) => [key, decodeRows(rows, '').map((row, i) => ({ row, matched: matched[i] === 1 }))]));
