/** The primitive types that this engine writes; JavaScript's own types do not tell a uint from a long. */
export type TypeName =
  | 'boolean'
  | 'ubyte'
  | 'ushort'
  | 'uint'
  | 'ulong'
  | 'short'
  | 'int'
  | 'long'
  | 'double'
  | 'timestamp'
  | 'binary'
  | 'string'
  | 'symbol';

/** A value with its AMQP type. Timestamps are milliseconds since the epoch. */
export class Typed {
  constructor(
    readonly type: TypeName,
    readonly value: unknown,
  ) {}
}

/** An array: every element has one type. */
export class TypedArray {
  constructor(
    readonly type: 'string' | 'symbol',
    readonly values: readonly string[],
  ) {}
}

/** A described value; the descriptor is a code (number) or a symbolic name. */
export class Described {
  constructor(
    readonly descriptor: unknown,
    readonly value: unknown,
  ) {}
}

/** One already encoded value, written as it stands. */
export class Raw {
  constructor(readonly bytes: Buffer) {}
}

/** A uuid keeps its type: an answer must carry a request's id exactly as it came. */
export class Uuid {
  constructor(readonly bytes: Buffer) {}

  toString(): string {
    const hex = this.bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }
}

export const uint = (value: number): Typed => new Typed('uint', value);
export const ulong = (value: number): Typed => new Typed('ulong', value);
export const int = (value: number): Typed => new Typed('int', value);
export const long = (value: number): Typed => new Typed('long', value);
export const short = (value: number): Typed => new Typed('short', value);
export const symbol = (value: string): Typed => new Typed('symbol', value);
export const timestamp = (ms: number): Typed => new Typed('timestamp', ms);
