import { decodeError } from './error';
import { Described, Uuid } from './types';

const MAX_DEPTH = 32;
/** Elements without bytes of their own (null, true, 0) would let a few bytes ask for gigabytes. */
const MAX_WIDTHLESS_ELEMENTS = 4096;

/**
 * Reads AMQP 1.0 values (specification part 1.6) from a buffer.
 * Integers come as number, beyond 2^53 as bigint; timestamps as milliseconds; symbols and chars as string; maps as Map;
 * lists and arrays as array; uuids as Uuid; decimals as their bytes. Binaries are views into the buffer.
 */
export class Reader {
  private depth = 0;

  constructor(
    readonly buffer: Buffer,
    public position = 0,
    readonly end = buffer.length,
  ) {}

  get remaining(): number {
    return this.end - this.position;
  }

  /** The next value. Throws `amqp:decode-error`. */
  read(): unknown {
    if (++this.depth > MAX_DEPTH) throw decodeError(this.position, `values are nested deeper than ${MAX_DEPTH}`);
    const code = this.byte();
    const value = code === 0x00 ? new Described(this.read(), this.read()) : this.readAs(code);
    this.depth--;
    return value;
  }

  /** Moves past the next value without decoding it. */
  skip(): void {
    if (++this.depth > MAX_DEPTH) throw decodeError(this.position, `values are nested deeper than ${MAX_DEPTH}`);
    const code = this.byte();
    if (code === 0x00) {
      this.skip();
      this.skip();
    } else {
      this.advance(this.width(code));
    }
    this.depth--;
  }

  /** The bytes of the next value, constructor included. */
  slice(): Buffer {
    const start = this.position;
    this.skip();
    return this.buffer.subarray(start, this.position);
  }

  byte(): number {
    const at = this.advance(1);
    return this.buffer[at] as number;
  }

  /** The head of a list or map: how many values follow (twice the pairs, for a map) and where they end. */
  compound(): { count: number; end: number } {
    const code = this.byte();
    if (code === 0x45) return { count: 0, end: this.position };
    if (code !== 0xc0 && code !== 0xd0 && code !== 0xc1 && code !== 0xd1) {
      throw decodeError(this.position - 1, `a list or map was expected, not constructor 0x${code.toString(16)}`);
    }
    return this.compoundHead(code >= 0xd0);
  }

  /** The code of the next described type, as message sections and performatives have; null for a symbolic one. */
  descriptor(): number | null {
    const at = this.position;
    if (this.byte() !== 0x00) throw decodeError(at, 'a described type was expected');
    const value = this.read();
    return typeof value === 'number' ? value : null;
  }

  /** Reserves `length` bytes and gives where they start. */
  private advance(length: number): number {
    const at = this.position;
    if (length < 0 || at + length > this.end) throw decodeError(at, `${length} bytes were expected, ${this.end - at} are left`);
    this.position = at + length;
    return at;
  }

  private uint32(): number {
    return this.buffer.readUInt32BE(this.advance(4));
  }

  /** Bytes that follow a constructor: its high nibble says it (specification part 1.2). */
  private width(code: number): number {
    switch (code >> 4) {
      case 0x4:
        return 0;
      case 0x5:
        return 1;
      case 0x6:
        return 2;
      case 0x7:
        return 4;
      case 0x8:
        return 8;
      case 0x9:
        return 16;
      case 0xa:
      case 0xc:
      case 0xe:
        return this.byte();
      case 0xb:
      case 0xd:
      case 0xf:
        return this.uint32();
      default:
        throw decodeError(this.position - 1, `unknown constructor 0x${code.toString(16)}`);
    }
  }

  private readAs(code: number): unknown {
    switch (code >> 4) {
      case 0x4:
        return this.widthless(code);
      case 0x5:
        return this.narrow(code);
      case 0x6:
        return code === 0x61 ? this.buffer.readInt16BE(this.advance(2)) : this.buffer.readUInt16BE(this.advance(2));
      case 0x7:
        return this.four(code);
      case 0x8:
        return this.eight(code);
      case 0x9:
        return this.sixteen(code);
      case 0xa:
      case 0xb:
        return this.variable(code);
      case 0xc:
      case 0xd:
        return this.list(code);
      default:
        return this.array(code);
    }
  }

  private widthless(code: number): unknown {
    switch (code) {
      case 0x40:
        return null;
      case 0x41:
        return true;
      case 0x42:
        return false;
      case 0x43:
      case 0x44:
        return 0;
      case 0x45:
        return [];
      default:
        throw decodeError(this.position - 1, `unknown constructor 0x${code.toString(16)}`);
    }
  }

  private narrow(code: number): unknown {
    const value = this.byte();
    if (code === 0x56) return value !== 0;
    return code === 0x51 || code === 0x54 || code === 0x55 ? (value << 24) >> 24 : value;
  }

  private four(code: number): unknown {
    const at = this.advance(4);
    switch (code) {
      case 0x71:
        return this.buffer.readInt32BE(at);
      case 0x72:
        return this.buffer.readFloatBE(at);
      case 0x73:
        return this.char(at);
      case 0x74:
        return this.buffer.subarray(at, at + 4);
      default:
        return this.buffer.readUInt32BE(at);
    }
  }

  private char(at: number): string {
    const code = this.buffer.readUInt32BE(at);
    if (code > 0x10ffff) throw decodeError(at, `a char has the code ${code}`);
    return String.fromCodePoint(code);
  }

  private eight(code: number): unknown {
    const at = this.advance(8);
    if (code === 0x82) return this.buffer.readDoubleBE(at);
    if (code === 0x84) return this.buffer.subarray(at, at + 8);
    const signed = code !== 0x80;
    const high = signed ? this.buffer.readInt32BE(at) : this.buffer.readUInt32BE(at);
    const value = high * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
    if (Number.isSafeInteger(value)) return value;
    return signed ? this.buffer.readBigInt64BE(at) : this.buffer.readBigUInt64BE(at);
  }

  private sixteen(code: number): unknown {
    const at = this.advance(16);
    const bytes = this.buffer.subarray(at, at + 16);
    return code === 0x98 ? new Uuid(bytes) : bytes;
  }

  private variable(code: number): unknown {
    const length = code >= 0xb0 ? this.uint32() : this.byte();
    const at = this.advance(length);
    switch (code & 0x0f) {
      case 0x0:
        return this.buffer.subarray(at, at + length);
      case 0x1:
        return this.buffer.toString('utf8', at, at + length);
      default:
        return this.buffer.toString('latin1', at, at + length);
    }
  }

  private compoundHead(wide: boolean): { count: number; end: number } {
    const size = wide ? this.uint32() : this.byte();
    const start = this.position;
    const count = wide ? this.uint32() : this.byte();
    const end = start + size;
    if (end > this.end || count > end - this.position) throw decodeError(start, `a compound of ${count} values in ${size} bytes`);
    return { count, end };
  }

  private list(code: number): unknown {
    const { count, end } = this.compoundHead(code >= 0xd0);
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) values.push(this.read());
    if (this.position !== end) throw decodeError(this.position, 'a compound is longer or shorter than its size says');
    return (code & 0x0f) === 0 ? values : this.toMap(values);
  }

  private toMap(values: unknown[]): Map<unknown, unknown> {
    if (values.length % 2 !== 0) throw decodeError(this.position, 'a map has a key without a value');
    const map = new Map<unknown, unknown>();
    for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1]);
    return map;
  }

  private array(code: number): unknown[] {
    const wide = code >= 0xf0;
    const size = wide ? this.uint32() : this.byte();
    const end = this.position + size;
    const count = wide ? this.uint32() : this.byte();
    let element = this.byte();
    let descriptor: unknown;
    const described = element === 0x00;
    if (described) {
      descriptor = this.read();
      element = this.byte();
    }
    const limit = element >> 4 === 0x4 ? MAX_WIDTHLESS_ELEMENTS : this.remaining;
    if (end > this.end || count > limit) throw decodeError(this.position, `an array of ${count} elements in ${size} bytes`);
    const values: unknown[] = [];
    for (let i = 0; i < count; i++) {
      const value = this.readAs(element);
      values.push(described ? new Described(descriptor, value) : value);
    }
    return values;
  }
}
