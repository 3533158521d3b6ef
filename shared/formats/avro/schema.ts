/** Avro schemas as functions that read their values: https://avro.apache.org/docs/1.12.0/specification/ */
import { setMember } from '../../values/fields';
import { fromUnixMs, TICKS_PER_DAY, TICKS_PER_MS } from '../../values/ticks';
import { DateTime, type SqlRecord, type SqlValue } from '../../values/value';
import { invalidAvro, type Cursor } from './cursor';

export type Read = (from: Cursor) => SqlValue;

interface Complex {
  type: unknown;
  logicalType?: string;
  name?: string;
  namespace?: string;
  fields?: { name: string; type: unknown }[];
  symbols?: string[];
  items?: unknown;
  values?: unknown;
  size?: number;
  scale?: number;
}

interface Scope {
  /** Named types by full name. A type may contain itself, so what is registered is looked up when it is read. */
  names: Map<string, Read>;
  namespace: string | undefined;
  booleansAsBit: boolean;
}

/** Compiles a schema, as JSON. Throws QueryError `invalid-avro` when it is none. Nothing of it is evaluated as code. */
export function readerOf(schema: unknown, booleansAsBit: boolean): Read {
  return compile(schema, { names: new Map(), namespace: undefined, booleansAsBit });
}

function compile(schema: unknown, scope: Scope): Read {
  if (typeof schema === 'string') return primitive(schema, scope) ?? named(schema, scope);
  if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, scope)));
  if (typeof schema !== 'object' || schema === null) throw invalidAvro(`its schema has ${JSON.stringify(schema)} for a type`);
  const complex = schema as Complex;
  return logical(complex, complexType(complex, scope));
}

function complexType(schema: Complex, scope: Scope): Read {
  switch (schema.type) {
    case 'record':
    case 'error':
      return register(schema, scope, record);
    case 'enum':
      return register(schema, scope, ({ symbols = [] }) => (from) => symbols[from.count()] ?? fail('an enum has no such symbol'));
    case 'fixed':
      return register(schema, scope, ({ size = 0 }) => (from) => base64(from.take(size)));
    case 'array':
      return list(compile(schema.items, scope));
    case 'map':
      return map(compile(schema.values, scope));
    default:
      return compile(schema.type, scope);
  }
}

function primitive(name: string, { booleansAsBit }: Scope): Read | undefined {
  switch (name) {
    case 'null':
      return () => null;
    case 'boolean':
      return booleansAsBit ? (from) => from.boolean() : (from) => Number(from.boolean());
    case 'int':
    case 'long':
      return (from) => from.long();
    case 'float':
      return (from) => finite(from.float());
    case 'double':
      return (from) => finite(from.double());
    case 'string':
      return (from) => from.string();
    case 'bytes':
      return (from) => base64(from.block());
    default:
      return undefined;
  }
}

/** The language has no NaN and no infinity. */
function finite(value: number): SqlValue {
  return Number.isFinite(value) ? value : null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function named(name: string, { names, namespace }: Scope): Read {
  const full = name.includes('.') || namespace === undefined ? name : `${namespace}.${name}`;
  const found = names.get(full) ?? names.get(name);
  if (!found) throw invalidAvro(`its schema has no type '${name}'`);
  return found;
}

function register(schema: Complex, scope: Scope, make: (schema: Complex, scope: Scope) => Read): Read {
  const { name = '', namespace = scope.namespace } = schema;
  const full = name.includes('.') || namespace === undefined ? name : `${namespace}.${name}`;
  const inner = { ...scope, namespace: full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : undefined };
  let read: Read = () => fail('a type contains itself before it is complete');
  scope.names.set(full, (from) => read(from));
  read = make(schema, inner);
  return read;
}

function record({ fields = [] }: Complex, scope: Scope): Read {
  const readers = fields.map(({ name, type }) => [name, compile(type, scope)] as const);
  return (from) => from.deeper(() => {
    const result: SqlRecord = {};
    for (const [name, read] of readers) setMember(result, name, read(from));
    return result;
  });
}

function union(branches: readonly Read[]): Read {
  return (from) => (branches[from.count()] ?? (() => fail('a union has no such branch')))(from);
}

function list(read: Read): Read {
  return (from) => {
    const items: SqlValue[] = [];
    eachItem(from, () => items.push(read(from)));
    return items;
  };
}

function map(read: Read): Read {
  return (from) => {
    const members: SqlRecord = {};
    eachItem(from, () => setMember(members, from.string(), read(from)));
    return members;
  };
}

/** Arrays and maps come in blocks, each with its count; a negative one is followed by the block's size in bytes. */
function eachItem(from: Cursor, read: () => unknown): void {
  for (let count = from.count(); count !== 0; count = from.count()) {
    if (count < 0) from.long();
    from.addItems(Math.abs(count));
    for (let i = Math.abs(count); i > 0; i--) read();
  }
}

/** Times become datetimes and decimals floats; every other logical type is read as what it is made of. */
function logical(schema: Complex, read: Read): Read {
  const time = (ticks: number): Read => (from) => {
    const value = read(from);
    return value === null ? null : new DateTime(fromUnixMs(0) + Number(value) * ticks);
  };
  switch (schema.logicalType) {
    case 'timestamp-millis':
    case 'local-timestamp-millis':
      return time(TICKS_PER_MS);
    case 'timestamp-micros':
    case 'local-timestamp-micros':
      return time(TICKS_PER_MS / 1_000);
    case 'date':
      return time(TICKS_PER_DAY);
    case 'decimal':
      return (from) => decimal(String(read(from)), schema.scale ?? 0);
    default:
      return read;
  }
}

/** Two's complement, the highest byte first; here as the base64 text that its bytes were read as. */
function decimal(bytes: string, scale: number): number {
  const hex = Buffer.from(bytes, 'base64').toString('hex');
  if (hex === '') return 0;
  return Number(`${BigInt.asIntN(hex.length * 4, BigInt(`0x${hex}`))}e-${scale}`);
}

function fail(why: string): never {
  throw invalidAvro(why);
}
