import type { Blocks, NewBlocks } from '../../values/blocks';

/** Blocks of the lengths and of the units of the texts, with the bytes of each: as few as do. */
export type EncodedTexts = [lengths: number, lengthBytes: 1 | 4, units: number, unitBytes: 1 | 2];

/** To look through all texts so often takes less time than to make a table of them. */
const SCANS = 4;

/** So many are put together at a time: they are still in the nearest memory when their units are copied. */
const TOGETHER = 1024;

/** Writes texts end to end. */
export function packTexts(texts: readonly string[], blocks: NewBlocks): EncodedTexts {
  const lengths = new Int32Array(texts.length);
  const pieces = Array.from({ length: Math.ceil(texts.length / TOGETHER) }, (_, i) => joined(texts, i * TOGETHER, lengths));
  const lengthBytes = longestOf(lengths) < 256 ? 1 : 4;
  const unitBytes = pieces.some((piece) => /[^\0-\xff]/.test(piece)) ? 2 : 1;
  const writeTo = (target: Buffer, start: number): void => {
    let at = start;
    for (const piece of pieces) at += target.write(piece, at, unitBytes === 1 ? 'latin1' : 'utf16le');
  };
  const units = blocks.addLater({ length: pieces.reduce((sum, { length }) => sum + length, 0) * unitBytes, writeTo });
  return [blocks.add(lengthBytes === 1 ? new Uint8Array(lengths) : lengths), lengthBytes, units, unitBytes];
}

function longestOf(lengths: Int32Array): number {
  let longest = 0;
  for (let i = 0; i < lengths.length; i++) longest = Math.max(longest, lengths[i] as number);
  return longest;
}

function joined(texts: readonly string[], from: number, lengths: Int32Array): string {
  const part = texts.slice(from, from + TOGETHER);
  for (let i = 0; i < part.length; i++) lengths[from + i] = (part[i] as string).length;
  return part.join('');
}

/**
 * Many different texts as they were written, end to end. To find some of them none is made a text again: the first few are looked for among all, for which no table is needed; for the others one
 * is made, by open addressing: a text's place is the first free one behind its hash.
 */
export class PackedTexts {
  private readonly lengths: Uint8Array | Int32Array;
  private readonly units: Uint8Array | Uint16Array;
  /** Where each text ends. */
  private readonly ends: Int32Array;
  private index: Int32Array | undefined;
  private scans = 0;

  constructor([lengths, lengthBytes, units, unitBytes]: EncodedTexts, blocks: Blocks) {
    this.lengths = lengthBytes === 1 ? blocks.get(lengths) : new Int32Array(aligned(blocks.get(lengths)));
    this.units = unitBytes === 1 ? blocks.get(units) : new Uint16Array(aligned(blocks.get(units)));
    this.ends = new Int32Array(this.size);
    let end = 0;
    for (let i = 0; i < this.size; i++) this.ends[i] = end += this.lengths[i] as number;
  }

  get size(): number {
    return this.lengths.length;
  }

  /** Which of the texts it is; -1 when it is none of them. */
  find(text: string): number {
    if (!this.index && this.scans++ < SCANS) return this.scan(text);
    const index = (this.index ??= this.makeIndex());
    const mask = index.length - 1;
    let hash = SEED;
    let i = 1;
    for (; i < text.length; i += 2) hash = Math.imul(hash ^ (text.charCodeAt(i - 1) | (text.charCodeAt(i) << 16)), PRIME);
    if (i === text.length) hash = Math.imul(hash ^ text.charCodeAt(i - 1), PRIME);
    for (let place = spread(hash) & mask; index[place] !== 0; place = (place + 1) & mask) {
      const found = (index[place] as number) - 1;
      if (this.is(found, text)) return found;
    }
    return -1;
  }

  private scan(text: string): number {
    const { lengths, units, ends } = this;
    const { length } = text;
    const last = text.charCodeAt(length - 1);
    for (let i = 0; i < ends.length; i++) if (lengths[i] === length && (length === 0 || units[(ends[i] as number) - 1] === last) && this.is(i, text)) return i;
    return -1;
  }

  private is(i: number, text: string): boolean {
    const { length } = text;
    if (this.lengths[i] !== length) return false;
    const start = (this.ends[i] as number) - length;
    for (let k = 0; k < length; k++) if (this.units[start + k] !== text.charCodeAt(k)) return false;
    return true;
  }

  private makeIndex(): Int32Array {
    // At most half full.
    const index = new Int32Array(2 ** Math.ceil(Math.log2(this.size * 2 + 1)));
    const mask = index.length - 1;
    const hashes = new Int32Array(TOGETHER);
    for (let from = 0; from < this.size; from += TOGETHER) {
      const count = this.hash(from, hashes);
      for (let i = 0; i < count; i++) {
        let place = (hashes[i] as number) & mask;
        while (index[place] !== 0) place = (place + 1) & mask;
        index[place] = from + i + 1;
      }
    }
    return index;
  }

  /** Hashes of texts from one on, as many as there is room for: places in the index are far apart in memory, and asked for one right after another the processor does not wait for each. */
  private hash(from: number, hashes: Int32Array): number {
    const { units, ends } = this;
    const count = Math.min(hashes.length, ends.length - from);
    let at = from === 0 ? 0 : (ends[from - 1] as number);
    for (let i = 0; i < count; i++) {
      let hash = SEED;
      const end = ends[from + i] as number;
      for (at++; at < end; at += 2) hash = Math.imul(hash ^ ((units[at - 1] as number) | ((units[at] as number) << 16)), PRIME);
      if (at === end) hash = Math.imul(hash ^ (units[at - 1] as number), PRIME);
      at = end;
      hashes[i] = spread(hash);
    }
    return count;
  }

  toArray(): string[] {
    const { units, ends } = this;
    const all = Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString(units.BYTES_PER_ELEMENT === 1 ? 'latin1' : 'utf16le');
    return Array.from({ length: this.size }, (_, i) => all.slice(i === 0 ? 0 : ends[i - 1], ends[i]));
  }
}

/** A copy: wider numbers than bytes cannot begin anywhere in memory. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** FNV-1a, of two units at a time. */
const SEED = 0x811c9dc5;
const PRIME = 0x01000193;

/** The lower bits are what counts, and take nothing from the higher ones when numbers are multiplied. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
