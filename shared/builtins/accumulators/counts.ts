import type { Blocks, NewBlocks } from '../../values/blocks';
import type { SqlValue } from '../../values/value';
import type { Accumulator } from '../accumulator';
import { Numbers, type PackedNumbers } from './numbers';

/** COUNT. */
export class CountAccumulator implements Accumulator {
  private counts = new Numbers();

  check(): void {}

  open(): void {
    this.counts.push(0);
  }

  add(slot: number, value: SqlValue): void {
    if (value !== null) (this.counts.values[slot] as number)++;
  }

  addRows(slots: Int32Array, values: readonly SqlValue[] | undefined, from: number, to: number): void {
    const { values: counts } = this.counts;
    for (let i = from; i < to; i++) if (values === undefined || values[i] !== null) (counts[slots[i] as number] as number)++;
  }

  merge(slot: number, from: Accumulator, fromSlot: number): void {
    (this.counts.values[slot] as number) += (from as CountAccumulator).counts.values[fromSlot] as number;
  }

  copyFrom(from: Accumulator): void {
    this.counts = (from as CountAccumulator).counts.copy();
  }

  absorb(slot: number, encoded: unknown): void {
    (this.counts.values[slot] as number) += encoded as number;
  }

  result(slot: number): SqlValue {
    return this.counts.values[slot] as number;
  }

  encode(slot: number): unknown {
    return this.counts.values[slot];
  }

  snapshot(blocks?: NewBlocks): unknown {
    return this.counts.encode(blocks);
  }

  restore(data: unknown, blocks?: Blocks): void {
    this.counts = Numbers.decode(data as PackedNumbers, blocks);
  }
}
