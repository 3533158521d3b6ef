/**
 * Texts by their bytes: the same bytes give the same JavaScript string, made once. Device names, states and the like come again and again, and making
 * a string costs about as much as reading its event. Also cheaper for those who look the string up: its hash is known.
 */
const MAX_LENGTH = 48;
const MAX_TEXTS = 1 << 18;

export class TextTable {
  private slots = new Int32Array(1 << 10).fill(-1);
  private hashes: number[] = [];
  private texts: string[] = [];
  /** The bytes of text i are in `bytes` from `starts[i]` to `starts[i + 1]`. */
  private starts: number[] = [0];
  private bytes = Buffer.alloc(1 << 14);
  private asked = 0;
  private open = true;

  /** The text of `source` from `from` to `to`, UTF-8, whose hash (see {@link hashStep}) the caller has already. */
  get(source: Buffer, from: number, to: number, hash: number): string {
    if (to - from > MAX_LENGTH || !this.open) return source.toString('utf8', from, to);
    this.asked++;
    const mask = this.slots.length - 1;
    let slot = spread(hash) & mask;
    for (let i = this.slots[slot] as number; i >= 0; i = this.slots[slot] as number) {
      if (this.hashes[i] === hash && this.isAt(i, source, from, to)) return this.texts[i] as string;
      slot = (slot + 1) & mask;
    }
    return this.add(source.subarray(from, to), hash);
  }

  private isAt(i: number, source: Buffer, from: number, to: number): boolean {
    const start = this.starts[i] as number;
    if ((this.starts[i + 1] as number) - start !== to - from) return false;
    for (let a = start, b = from; b < to; a++, b++) if (this.bytes[a] !== source[b]) return false;
    return true;
  }

  private add(text: Buffer, hash: number): string {
    if (this.texts.length >= MAX_TEXTS) this.startAnew();
    const start = this.starts[this.texts.length] as number;
    if (start + text.length > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    text.copy(this.bytes, start);
    const made = text.toString('utf8');
    this.texts.push(made);
    this.hashes.push(hash);
    this.starts.push(start + text.length);
    if (this.texts.length * 2 > this.slots.length) this.grow();
    else this.place(this.texts.length - 1);
    return made;
  }

  /** A column where most texts are new (ids) is not worth a table. */
  private startAnew(): void {
    this.open = this.asked > this.texts.length * 4;
    [this.hashes, this.texts, this.starts, this.asked] = [[], [], [0], 0];
    this.slots.fill(-1);
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 4).fill(-1);
    for (let i = 0; i < this.texts.length; i++) this.place(i);
  }

  private place(i: number): void {
    const mask = this.slots.length - 1;
    let slot = spread(this.hashes[i] as number) & mask;
    while ((this.slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = i;
  }
}

export const HASH_START = 0x811c9dc5 | 0;

/** FNV-1a, one byte further. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** The low bits of FNV-1a alone are close together for texts that differ in their last digit. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
