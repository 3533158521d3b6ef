import { QueryError } from '../../errors';
import { int64 } from '../../values/convert';

/** Items of one block that may take no bytes. */
const MAX_EMPTY_ITEMS = 1_000_000;
const MAX_DEPTH = 100;

/** Reads Avro's binary encoding from bytes. Throws QueryError `invalid-avro` where they end too soon or make no sense. */
export class Cursor {
  private at = 0;
  private items = 0;
  private depth = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.byteLength;
  }

  get position(): number {
    return this.at;
  }

  /** The next `length` bytes, not copied. */
  take(length: number): Uint8Array {
    if (length < 0 || length > this.bytes.byteLength - this.at) throw invalidAvro(`${length} bytes are announced and ${this.bytes.byteLength - this.at} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Items may take no bytes (nulls), so their number is limited by more than the length. */
  addItems(count: number): void {
    this.items += count;
    if (this.items > MAX_EMPTY_ITEMS + this.bytes.byteLength) throw invalidAvro(`it announces ${this.items} items`);
  }

  /** Runs `read` one level deeper. */
  deeper<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw invalidAvro(`it has more than ${MAX_DEPTH} values in each other`);
    const value = read();
    this.depth--;
    return value;
  }

  boolean(): boolean {
    return this.take(1)[0] !== 0;
  }

  /** A zig-zag variable-length integer. */
  long(): number | bigint {
    // Up to four bytes fit the fast way: 28 bits.
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    return this.longer(BigInt(value >>> 0));
  }

  private longer(low: bigint): number | bigint {
    let value = low;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const signed = BigInt.asUintN(64, value);
        return int64((signed >> 1n) ^ -(signed & 1n)) as number | bigint;
      }
    }
    throw invalidAvro('a number has more than ten bytes');
  }

  /** A length or an index: a number that must be a small one. */
  count(): number {
    const value = this.long();
    if (typeof value === 'bigint') throw invalidAvro(`the length ${value} is not possible`);
    return value;
  }

  float(): number {
    this.take(4);
    return this.view.getFloat32(this.at - 4, true);
  }

  double(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8, true);
  }

  /** Bytes with their length before them. */
  block(): Uint8Array {
    return this.take(this.count());
  }

  string(): string {
    return text(this.block());
  }

  private byte(): number {
    return this.take(1)[0] as number;
  }
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

export function invalidAvro(why: string): QueryError {
  return new QueryError('invalid-avro', `the event is not Avro: ${why}`);
}
