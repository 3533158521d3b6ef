import type { CodeByKind, JoinOperator, Registers } from '../../program';
import { DateTime, type Ticks } from '../../values/value';
import { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import { RowKey } from '../row-key';
import { completeOrder, emptyRow, kept, refuse, type EmitColumns, type Guard, type Row, type RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';
import { JoinSide, Meetings } from './join-side';

const LEFT = 0;

/** Join of two streams within bounds of time: each row, in order, looks for partners among those of the other side that came before it. */
export class JoinRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private readonly meetings = new Meetings();
  private readonly left = new JoinSide('left', this.meetings);
  private readonly right = new JoinSide('right', this.meetings);
  private readonly leftKey: RowKey;
  private readonly rightKey: RowKey;
  private readonly made: RowBatch;
  /** The pair at hand: left's registers and time, right's registers and time. */
  private readonly pair: Registers = [];
  private readonly partner = emptyRow();

  constructor(
    private readonly operator: JoinOperator,
    private readonly code: CodeByKind['join'],
    emit: EmitColumns,
    private readonly guard: Guard,
  ) {
    this.leftKey = new RowKey(operator.leftKey, code.leftKey);
    this.rightKey = new RowKey(operator.rightKey, code.rightKey);
    this.made = new RowBatch(emit);
  }

  push(input: number, row: Row): void {
    this.buffer.push(row, input);
  }

  pushColumns(input: number, rows: Columns, source: string): void {
    this.buffer.pushColumns(rows, input, source);
  }

  advance(w: Ticks): Ticks {
    this.buffer.release(w, (row, input) => {
      try {
        if (input === LEFT) this.meetRight(row);
        else this.meetLeft(row);
      } catch (error) {
        refuse(row, error, this.guard);
      }
    });
    this.expire(w);
    this.made.flush();
    // A left row without partner is only certain `upper` after its time, but carries an earlier time.
    return this.operator.join === 'left' ? w - Math.max(0, this.operator.upper - this.operator.unmatched) : w;
  }

  private meetRight(left: Row): void {
    const { right, operator } = this;
    const key = keyWithoutNull(this.leftKey, left);
    const meeting = key === null ? undefined : this.meetings.at(key);
    let isMatched = false;
    let place = meeting ? meeting.right.oldest : -1;
    if (place >= 0) this.put(0, left, operator.leftWidth);
    for (; place >= 0; place = right.next(place)) {
      const t = right.time(place);
      if (!this.isNear(t - left.t)) continue;
      this.putStored(right, place, { at: operator.leftWidth + 1, width: operator.rightWidth });
      const isPair = left.t > t ? this.emitPair(left, left.t, left.s, left.n) : this.emitPair(left, t, right.source(place), right.position(place));
      if (isPair) isMatched = true;
    }
    if (meeting || operator.join === 'left') this.left.add(left, meeting, isMatched);
  }

  private meetLeft(right: Row): void {
    const { left, operator } = this;
    const key = keyWithoutNull(this.rightKey, right);
    if (key === null) return;
    const meeting = this.meetings.at(key);
    let place = meeting.left.oldest;
    if (place >= 0) this.put(operator.leftWidth + 1, right, operator.rightWidth);
    for (; place >= 0; place = left.next(place)) {
      const t = left.time(place);
      if (!this.isNear(right.t - t)) continue;
      this.putStored(left, place, { at: 0, width: operator.leftWidth });
      const isPair = t > right.t ? this.emitPair(right, t, left.source(place), left.position(place)) : this.emitPair(right, right.t, right.s, right.n);
      if (isPair) left.match(place);
    }
    this.right.add(right, meeting, true);
  }

  private isNear(distance: Ticks): boolean {
    return distance >= this.operator.lower && distance <= this.operator.upper;
  }

  /** A side's registers and time into the pair. */
  private put(at: number, { r, t }: Row, width: number): void {
    for (let c = 0; c < width; c++) this.pair[at + c] = r[c] ?? null;
    this.pair[at + width] = new DateTime(t);
  }

  /** As {@link put} of a row of a side. */
  private putStored(side: JoinSide, place: number, { at, width }: { at: number; width: number }): void {
    side.copy(place, this.pair, at);
    this.pair[at + width] = new DateTime(side.time(place));
  }

  /** Gives whether the pair is one, and emits it as of the later of its rows. `row`: the one that came last, which is set aside when that cannot be told. */
  private emitPair(row: Row, t: Ticks, s: string, n: number): boolean {
    try {
      if (this.code.test && !this.code.test(this.pair, t)) return false;
      this.made.add(this.pair, t, s, n);
      return true;
    } catch (error) {
      refuse(row, error, this.guard);
      return false;
    }
  }

  private expire(w: Ticks): void {
    const { upper, lower, unmatched, rightWidth, join } = this.operator;
    const lonely: Row[] = [];
    this.left.forget((t) => t + upper < w, this.partner, join === 'left' ? (row) => lonely.push(kept(row)) : undefined);
    this.right.forget((t) => t - lower < w, this.partner);
    const nothing = new Array<null>(rightWidth + 1).fill(null);
    for (const { r, t, s, n } of lonely.sort(completeOrder)) this.made.add([...r, new DateTime(t), ...nothing], t + unmatched, s, n);
  }

  snapshot(): unknown {
    return [this.buffer.snapshot(), this.left.snapshot(), this.right.snapshot()];
  }

  restore(data: unknown): void {
    const [buffer, left, right] = data as [unknown, unknown, unknown];
    this.buffer.restore(buffer);
    this.left.restore(left);
    this.right.restore(right);
  }
}

/** NULL equals nothing, so a row with NULL in its key has no partner. */
function keyWithoutNull(key: RowKey, row: Row): string | number | null {
  const handle = key.handle(row);
  return typeof handle === 'string' && handle.charCodeAt(0) === 0 && key.values(row).includes(null) ? null : handle;
}
