/** Chance from one seed. Every decision has a name of its own, so that leaving one out does not change the others. */

/** A number in [0, 1) that depends on nothing but its arguments. */
export function chance(seed: number, name: string, n: number): number {
  let h = (seed ^ 0x9e3779b9) >>> 0;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193) >>> 0;
  h = (h + Math.imul(n + 1, 0x6d2b79f5)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

export class Dice {
  private readonly rolls = new Map<string, number>();

  constructor(readonly seed: number) {}

  /** The next number in [0, 1) of the stream `name`. */
  roll(name: string): number {
    const n = this.rolls.get(name) ?? 0;
    this.rolls.set(name, n + 1);
    return chance(this.seed, name, n);
  }

  /** A whole number from `low` to `high`, both included. */
  whole(name: string, low: number, high: number): number {
    return low + Math.floor(this.roll(name) * (high - low + 1));
  }

  pick<T>(name: string, list: readonly T[]): T {
    return list[Math.floor(this.roll(name) * list.length)] as T;
  }
}
