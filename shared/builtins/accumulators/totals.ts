import type { Blocks, NewBlocks } from '../../values/blocks';
import type { SqlValue } from '../../values/value';
import type { Accumulator } from '../accumulator';
import { addTotal, decodeTotal, encodeTotal, mergeTotal, newTotal, type Total } from '../aggregates/total';
import { Numbers, type PackedNumbers } from './numbers';

/**
 * SUM and AVG: how many values, the sum of the whole ones, and the exact sum of the others as a double and the rounding error of its additions. The error of the
 * errors is nearly always 0; a group where it is not, or that outgrows whole doubles, goes on as a {@link Total} of its own.
 */
export class TotalAccumulator implements Accumulator {
  private counts = new Numbers();
  private wholes = new Numbers();
  private highs = new Numbers();
  private lows = new Numbers();
  private large = new Map<number, Total>();

  constructor(
    private readonly name: string,
    private readonly resultOf: (total: Total) => SqlValue,
    /** The same of a sum of floats that is rounded already, and how many values there were. */
    private readonly resultOfFloat: (sum: number, count: number) => SqlValue,
  ) {}

  check(value: SqlValue): void {
    if (value !== null && typeof value !== 'number') addTotal(this.name, newTotal(), value);
  }

  open(): void {
    this.counts.push(0);
    this.wholes.push(0);
    this.highs.push(0);
    this.lows.push(0);
  }

  add(slot: number, value: SqlValue): void {
    if (value === null) return;
    if (typeof value === 'number' && !this.isLarge(slot) && this.addNumber(slot, value)) return;
    this.addLarge(slot, value);
  }

  addRows(slots: Int32Array, values: readonly SqlValue[] | undefined, from: number, to: number): void {
    for (let i = from; i < to; i++) this.add(slots[i] as number, values === undefined ? 1 : (values[i] as SqlValue));
  }

  private isLarge(slot: number): boolean {
    return this.large.size > 0 && this.large.has(slot);
  }

  /** False, with nothing changed, when the state does not fit. */
  private addNumber(slot: number, x: number): boolean {
    const high = this.highs.values[slot] as number;
    if (Number.isSafeInteger(x)) {
      const sum = (this.wholes.values[slot] as number) + x;
      if (!Number.isSafeInteger(sum)) return false;
      // Adding 0 turns -0 into 0.
      this.wholes.values[slot] = sum + 0;
    } else {
      const sum = high + x;
      // The exact error of the addition, whichever is larger (Knuth).
      const part = sum - high;
      const error = high - (sum - part) + (x - part);
      const low = this.lows.values[slot] as number;
      const lowSum = low + error;
      const lowPart = lowSum - low;
      if (low - (lowSum - lowPart) + (error - lowPart) !== 0) return false;
      // Only a sum of floats that is 0 needs to be told from no floats at all.
      if (sum === 0) return false;
      this.highs.values[slot] = sum;
      this.lows.values[slot] = lowSum;
    }
    (this.counts.values[slot] as number)++;
    return true;
  }

  private addLarge(slot: number, value: SqlValue): void {
    const total = this.total(slot);
    this.large.set(slot, addTotal(this.name, total, value));
  }

  private total(slot: number): Total {
    const large = this.isLarge(slot) ? this.large.get(slot) : undefined;
    if (large) return large;
    const high = this.highs.values[slot] as number;
    return { count: this.counts.values[slot] as number, whole: this.wholes.values[slot] as number, partials: high === 0 ? null : partialsOf(high, this.lows.values[slot] as number) };
  }

  merge(slot: number, from: Accumulator, fromSlot: number): void {
    const other = from as TotalAccumulator;
    const isPlain = !this.isLarge(slot) && !other.isLarge(fromSlot);
    const count = other.counts.values[fromSlot] as number;
    if (isPlain && this.mergeNumbers(slot, [count, other.wholes.values[fromSlot] as number, other.highs.values[fromSlot] as number, other.lows.values[fromSlot] as number])) return;
    this.put(slot, mergeTotal(this.total(slot), copy(other.total(fromSlot))));
  }

  /** False, with nothing changed, when the sum does not fit. A new slot takes the other state as it is. */
  private mergeNumbers(slot: number, [count, whole, high, low]: [number, number, number, number]): boolean {
    const sum = (this.wholes.values[slot] as number) + whole;
    if (!Number.isSafeInteger(sum) || (this.highs.values[slot] !== 0 && high !== 0)) return false;
    (this.counts.values[slot] as number) += count;
    this.wholes.values[slot] = sum;
    if (high !== 0) {
      this.highs.values[slot] = high;
      this.lows.values[slot] = low;
    }
    return true;
  }

  copyFrom(from: Accumulator): void {
    const { counts, wholes, highs, lows, large } = from as TotalAccumulator;
    this.counts = counts.copy();
    this.wholes = wholes.copy();
    this.highs = highs.copy();
    this.lows = lows.copy();
    this.large = new Map([...large].map(([slot, total]) => [slot, copy(total)]));
  }

  absorb(slot: number, encoded: unknown): void {
    const [count, whole, partials] = encoded as [number, number | string, number[]?];
    const [first = 0, second = 0, ...more] = partials ?? [];
    const high = second === 0 ? first : second;
    const isPlain = typeof whole === 'number' && more.length === 0 && (partials === undefined || high !== 0) && !this.isLarge(slot);
    if (isPlain && this.mergeNumbers(slot, [count, whole, high, second === 0 ? 0 : first])) return;
    this.put(slot, mergeTotal(this.total(slot), decodeTotal(encoded)));
  }

  /** Back into the arrays where it fits. */
  private put(slot: number, total: Total): void {
    const [first = 0, second = 0, ...more] = total.partials ?? [];
    const high = second === 0 ? first : second;
    if (typeof total.whole !== 'number' || more.length > 0 || (total.partials !== null && high === 0)) {
      this.large.set(slot, total);
      return;
    }
    this.large.delete(slot);
    this.counts.values[slot] = total.count;
    this.wholes.values[slot] = total.whole;
    this.highs.values[slot] = high;
    this.lows.values[slot] = second === 0 ? 0 : first;
  }

  result(slot: number): SqlValue {
    const high = this.highs.values[slot] as number;
    const whole = this.wholes.values[slot] as number;
    const low = this.lows.values[slot] as number;
    // Of two numbers the sum is rounded once.
    if (high !== 0 && (whole === 0 || low === 0) && !this.isLarge(slot)) return this.resultOfFloat(high + (whole === 0 ? low : whole), this.counts.values[slot] as number);
    return this.resultOf(this.total(slot));
  }

  encode(slot: number): unknown {
    if (this.isLarge(slot)) return encodeTotal(this.large.get(slot) as Total);
    const { counts, wholes, highs, lows } = this;
    const high = highs.values[slot] as number;
    const head = [counts.values[slot], wholes.values[slot]];
    return high === 0 ? head : [...head, partialsOf(high, lows.values[slot] as number)];
  }

  snapshot(blocks?: NewBlocks): unknown {
    return [this.counts.encode(blocks), this.wholes.encode(blocks), this.highs.encode(blocks), this.lows.encode(blocks), [...this.large].map(([slot, total]) => [slot, encodeTotal(total)])];
  }

  restore(data: unknown, blocks?: Blocks): void {
    const [counts, wholes, highs, lows, large] = data as [PackedNumbers, PackedNumbers, PackedNumbers, PackedNumbers, [number, unknown][]];
    this.counts = Numbers.decode(counts, blocks);
    this.wholes = Numbers.decode(wholes, blocks);
    this.highs = Numbers.decode(highs, blocks);
    this.lows = Numbers.decode(lows, blocks);
    this.large = new Map(large.map(([slot, total]) => [slot, decodeTotal(total)]));
  }
}

const copy = (total: Total): Total => decodeTotal(encodeTotal(total));

/** Two doubles as parts that do not overlap, the smaller first, as exact-sum.ts has them. */
function partialsOf(high: number, low: number): number[] {
  const sum = high + low;
  const part = sum - high;
  const error = high - (sum - part) + (low - part);
  return error === 0 ? [sum] : [error, sum];
}
