import { Described, Raw, Typed, TypedArray, Uuid } from './types';
import type { TypeName } from './types';

const INITIAL_CAPACITY = 256;

/**
 * Writes AMQP 1.0 values into a growing buffer. Plain null, boolean, string, Uint8Array, array (list) and Map are written as
 * what they are; numbers must say their type (Typed), because the peer checks it.
 */
export class Writer {
  private buffer = Buffer.allocUnsafe(INITIAL_CAPACITY);
  private length = 0;

  /** The bytes written so far; the writer must not be used after. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  get size(): number {
    return this.length;
  }

  write(value: unknown): void {
    if (value === null || value === undefined) this.byte(0x40);
    else if (typeof value === 'boolean') this.byte(value ? 0x41 : 0x42);
    else if (typeof value === 'string') this.text('string', value);
    else if (value instanceof Typed) this.typed(value.type, value.value);
    else if (value instanceof Described) this.described(value);
    else if (value instanceof Raw) this.raw(value.bytes);
    else if (value instanceof Uuid) this.raw(Buffer.concat([Buffer.of(0x98), value.bytes]));
    else if (value instanceof TypedArray) this.array(value);
    else if (value instanceof Uint8Array) this.binary(value);
    else if (Array.isArray(value)) this.compound(0xd0, value);
    else if (value instanceof Map) this.compound(0xd1, [...value].flat());
    else throw new TypeError(`A ${typeof value} cannot be written as AMQP without saying its type; wrap it in Typed.`);
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** A descriptor code: 0x00 and a small ulong. */
  descriptor(code: number): void {
    const at = this.reserve(3);
    this.buffer[at] = 0x00;
    this.buffer[at + 1] = 0x53;
    this.buffer[at + 2] = code;
  }

  uint32(value: number): void {
    const at = this.reserve(4);
    this.buffer.writeUInt32BE(value, at);
  }

  /** Overwrites four bytes written before, for sizes known only afterwards. */
  patchUint32(position: number, value: number): void {
    this.buffer.writeUInt32BE(value, position);
  }

  private typed(type: TypeName, value: unknown): void {
    if (value === null || value === undefined) this.byte(0x40);
    else if (type === 'string' || type === 'symbol') this.text(type, value as string);
    else if (type === 'binary') this.binary(value as Uint8Array);
    else if (type === 'boolean') this.byte(value ? 0x41 : 0x42);
    else this.number(type, Number(value));
  }

  private number(type: TypeName, value: number): void {
    switch (type) {
      case 'ubyte':
        return this.fixed(0x50, 1, (at) => this.buffer.writeUInt8(value, at));
      case 'ushort':
        return this.fixed(0x60, 2, (at) => this.buffer.writeUInt16BE(value, at));
      case 'short':
        return this.fixed(0x61, 2, (at) => this.buffer.writeInt16BE(value, at));
      case 'int':
        return this.fixed(0x71, 4, (at) => this.buffer.writeInt32BE(value, at));
      case 'uint':
        return this.shortened(value, [0x43, 0x52, 0x70], 4);
      case 'ulong':
        return this.shortened(value, [0x44, 0x53, 0x80], 8);
      case 'double':
        return this.fixed(0x82, 8, (at) => this.buffer.writeDoubleBE(value, at));
      default:
        return this.fixed(type === 'timestamp' ? 0x83 : 0x81, 8, (at) => this.buffer.writeBigInt64BE(BigInt(value), at));
    }
  }

  private fixed(code: number, width: number, put: (at: number) => void): void {
    this.byte(code);
    put(this.reserve(width));
  }

  /** Unsigned integers have a form without bytes for 0, one with one byte, and the full one. */
  private shortened(value: number, [zero, small, full]: [number, number, number], width: 4 | 8): void {
    if (value === 0) return this.byte(zero);
    if (value < 256) return this.fixed(small, 1, (at) => this.buffer.writeUInt8(value, at));
    if (width === 4) return this.fixed(full, 4, (at) => this.buffer.writeUInt32BE(value, at));
    this.fixed(full, 8, (at) => this.buffer.writeBigUInt64BE(BigInt(value), at));
  }

  private text(type: 'string' | 'symbol', value: string): void {
    const length = Buffer.byteLength(value);
    const small = type === 'string' ? 0xa1 : 0xa3;
    this.sized(small, length);
    const at = this.reserve(length);
    this.buffer.write(value, at, 'utf8');
  }

  private binary(value: Uint8Array): void {
    this.sized(0xa0, value.length);
    this.raw(value);
  }

  private sized(small: number, length: number): void {
    this.byte(length < 256 ? small : small + 0x10);
    if (length < 256) this.byte(length);
    else this.uint32(length);
  }

  private described(value: Described): void {
    this.byte(0x00);
    this.write(typeof value.descriptor === 'number' ? new Typed('ulong', value.descriptor) : value.descriptor);
    this.write(value.value);
  }

  private compound(code: 0xd0 | 0xd1, values: readonly unknown[]): void {
    this.byte(code);
    const start = this.length;
    this.uint32(0);
    this.uint32(values.length);
    for (const value of values) this.write(value);
    this.patchUint32(start, this.length - start - 4);
  }

  private array({ type, values }: TypedArray): void {
    this.byte(0xf0);
    const start = this.length;
    this.uint32(0);
    this.uint32(values.length);
    this.byte(type === 'string' ? 0xb1 : 0xb3);
    for (const value of values) {
      const bytes = Buffer.from(value);
      this.uint32(bytes.length);
      this.raw(bytes);
    }
    this.patchUint32(start, this.length - start - 4);
  }

  /** Makes room for `count` bytes and gives where they start. */
  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
      this.buffer.copy(grown, 0, 0, at);
      this.buffer = grown;
    }
    return at;
  }
}

/** One value as bytes. */
export function encode(value: unknown): Buffer {
  const writer = new Writer();
  writer.write(value);
  return writer.bytes();
}
