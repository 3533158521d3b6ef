/** A generator of numbers from 0 to 1; the same seed gives the same ones. */
export type Dice = () => number;

/** Tommy Ettinger's mulberry32. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const below = (random: Dice, n: number): number => Math.floor(random() * n);
export const pick = <T>(random: Dice, items: readonly T[]): T => items[below(random, items.length)] as T;

const SPECIAL = [0x00, 0x7f, 0x80, 0xff, 0x22, 0x5c, 0x7b, 0x5b, 0x0a, 0x2c];

/**
 * A sound input made unsound, a few times over: bytes flipped, taken away, doubled, exchanged for unusual ones, cut short, mixed with another sound input, or
 * with a word of the target's own language in between.
 */
export function mutate(random: Dice, corpus: readonly Buffer[], words: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(pick(random, corpus));
  for (let times = 1 + below(random, 6); times > 0; times--) bytes = mutation(random, bytes, { corpus, words });
  return bytes;
}

function mutation(random: Dice, bytes: Buffer, { corpus, words }: { corpus: readonly Buffer[]; words: readonly Buffer[] }): Buffer {
  const at = below(random, bytes.length + 1);
  const to = Math.min(bytes.length, at + 1 + below(random, 12));
  const replaced = (...middle: Buffer[]): Buffer => Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(to)]);
  switch (below(random, 9)) {
    case 0:
      return replaced();
    case 1:
      return replaced(bytes.subarray(at, to), bytes.subarray(at, to));
    case 2:
      return replaced(Buffer.from([pick(random, SPECIAL)]));
    case 3:
      return replaced(Buffer.from(Array.from({ length: 1 + below(random, 4) }, () => below(random, 256))));
    case 4:
      return bytes.subarray(0, at);
    case 5: {
      const other = pick(random, corpus);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(random, other.length))]);
    }
    case 6:
      return replaced(Buffer.concat(Array.from({ length: 1 + below(random, 40) }, () => bytes.subarray(at, to))));
    case 7: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[below(random, flipped.length)]! ^= 1 << below(random, 8);
      return flipped;
    }
    default:
      return words.length === 0 ? bytes : Buffer.concat([bytes.subarray(0, at), pick(random, words), bytes.subarray(at)]);
  }
}
