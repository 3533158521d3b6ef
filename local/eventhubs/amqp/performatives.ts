import { decodeError } from './error';
import type { Reader } from './decode';
import type { Writer } from './encode';
import { Raw, Typed, TypedArray } from './types';
import type { TypeName } from './types';

/** A decoded map, as fields like properties have it. */
export type AmqpMap = Map<unknown, unknown>;

/** The frame bodies of AMQP 1.0 parts 2.7 and 5.3; a field that is absent or null is null. */
export interface Performatives {
  open: {
    containerId: string;
    hostname: string | null;
    maxFrameSize: number | null;
    channelMax: number | null;
    idleTimeOut: number | null;
    outgoingLocales: unknown;
    incomingLocales: unknown;
    offeredCapabilities: unknown;
    desiredCapabilities: unknown;
    properties: AmqpMap | null;
  };
  begin: {
    remoteChannel: number | null;
    nextOutgoingId: number;
    incomingWindow: number;
    outgoingWindow: number;
    handleMax: number | null;
    offeredCapabilities: unknown;
    desiredCapabilities: unknown;
    properties: AmqpMap | null;
  };
  attach: {
    name: string;
    handle: number;
    /** False: the one who wrote this sends; true: receives. */
    role: boolean;
    sndSettleMode: number | null;
    rcvSettleMode: number | null;
    source: Raw | null;
    target: Raw | null;
    unsettled: AmqpMap | null;
    incompleteUnsettled: boolean | null;
    initialDeliveryCount: number | null;
    maxMessageSize: number | null;
    offeredCapabilities: unknown;
    desiredCapabilities: unknown;
    properties: AmqpMap | null;
  };
  flow: {
    nextIncomingId: number | null;
    incomingWindow: number;
    nextOutgoingId: number;
    outgoingWindow: number;
    handle: number | null;
    deliveryCount: number | null;
    linkCredit: number | null;
    available: number | null;
    drain: boolean | null;
    echo: boolean | null;
    properties: AmqpMap | null;
  };
  disposition: {
    role: boolean;
    first: number;
    last: number | null;
    settled: boolean | null;
    state: unknown;
    batchable: boolean | null;
  };
  detach: { handle: number; closed: boolean | null; error: unknown };
  end: { error: unknown };
  close: { error: unknown };
  saslMechanisms: { mechanisms: unknown };
  saslInit: { mechanism: string; initialResponse: Uint8Array | null; hostname: string | null };
  saslOutcome: { code: number; additionalData: Uint8Array | null };
}

export type PerformativeName = keyof Performatives;

/** A decoded performative; `kind` tells which. Transfers have their own, faster decoder (transfer.ts). */
export type Performative = { [K in PerformativeName]: { kind: K } & Performatives[K] }[PerformativeName];

type FieldType = TypeName | 'map' | 'any' | 'raw' | 'symbols';
/** A name and its type; a `!` after the type: the field is mandatory. */
type Field = readonly [name: string, type: FieldType | `${FieldType}!`];

const capabilities: Field[] = [
  ['offeredCapabilities', 'symbols'],
  ['desiredCapabilities', 'symbols'],
  ['properties', 'map'],
];

const LAYOUT: Record<PerformativeName, { code: number; fields: readonly Field[] }> = {
  open: {
    code: 0x10,
    fields: [
      ['containerId', 'string!'],
      ['hostname', 'string'],
      ['maxFrameSize', 'uint'],
      ['channelMax', 'ushort'],
      ['idleTimeOut', 'uint'],
      ['outgoingLocales', 'symbols'],
      ['incomingLocales', 'symbols'],
      ...capabilities,
    ],
  },
  begin: {
    code: 0x11,
    fields: [
      ['remoteChannel', 'ushort'],
      ['nextOutgoingId', 'uint!'],
      ['incomingWindow', 'uint!'],
      ['outgoingWindow', 'uint!'],
      ['handleMax', 'uint'],
      ...capabilities,
    ],
  },
  attach: {
    code: 0x12,
    fields: [
      ['name', 'string!'],
      ['handle', 'uint!'],
      ['role', 'boolean!'],
      ['sndSettleMode', 'ubyte'],
      ['rcvSettleMode', 'ubyte'],
      ['source', 'raw'],
      ['target', 'raw'],
      ['unsettled', 'map'],
      ['incompleteUnsettled', 'boolean'],
      ['initialDeliveryCount', 'uint'],
      ['maxMessageSize', 'ulong'],
      ...capabilities,
    ],
  },
  flow: {
    code: 0x13,
    fields: [
      ['nextIncomingId', 'uint'],
      ['incomingWindow', 'uint!'],
      ['nextOutgoingId', 'uint!'],
      ['outgoingWindow', 'uint!'],
      ['handle', 'uint'],
      ['deliveryCount', 'uint'],
      ['linkCredit', 'uint'],
      ['available', 'uint'],
      ['drain', 'boolean'],
      ['echo', 'boolean'],
      ['properties', 'map'],
    ],
  },
  disposition: {
    code: 0x15,
    fields: [
      ['role', 'boolean!'],
      ['first', 'uint!'],
      ['last', 'uint'],
      ['settled', 'boolean'],
      ['state', 'any'],
      ['batchable', 'boolean'],
    ],
  },
  detach: {
    code: 0x16,
    fields: [
      ['handle', 'uint!'],
      ['closed', 'boolean'],
      ['error', 'any'],
    ],
  },
  end: { code: 0x17, fields: [['error', 'any']] },
  close: { code: 0x18, fields: [['error', 'any']] },
  saslMechanisms: { code: 0x40, fields: [['mechanisms', 'symbols']] },
  saslInit: {
    code: 0x41,
    fields: [
      ['mechanism', 'symbol!'],
      ['initialResponse', 'binary'],
      ['hostname', 'string'],
    ],
  },
  saslOutcome: {
    code: 0x44,
    fields: [
      ['code', 'ubyte!'],
      ['additionalData', 'binary'],
    ],
  },
};

const NAME_BY_CODE = new Map<number, PerformativeName>(
  (Object.keys(LAYOUT) as PerformativeName[]).map((name) => [LAYOUT[name].code, name]),
);

/**
 * Writes a performative with every field, null where `body` has none: clients that index fields by position
 * (Python's pyamqp) fail when trailing nulls are left out.
 */
export function writePerformative<K extends PerformativeName>(writer: Writer, kind: K, body: Partial<Performatives[K]>): void {
  const { code, fields } = LAYOUT[kind];
  const values = body as Record<string, unknown>;
  writer.descriptor(code);
  writer.write(fields.map(([name, type]) => wrap(type.replace('!', '') as FieldType, values[name])));
}

function wrap(type: FieldType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'symbols') return new TypedArray('symbol', value as string[]);
  return type === 'map' || type === 'any' || type === 'raw' ? value : new Typed(type, value);
}

/** Reads the performative behind descriptor `code`, the descriptor itself already read. Throws `amqp:decode-error`. */
export function readPerformative(reader: Reader, code: number | null): Performative {
  const kind = code === null ? undefined : NAME_BY_CODE.get(code);
  if (kind === undefined) throw decodeError(reader.position, `no frame body has the descriptor ${code}`);
  const { count } = reader.compound();
  const body: Record<string, unknown> = { kind };
  LAYOUT[kind].fields.forEach(([name, type], i) => {
    body[name] = i < count ? readField(reader, type) : null;
    if (body[name] === null && type.endsWith('!')) throw decodeError(reader.position, `${kind} has no ${name}`);
    if (!fits(type, body[name])) throw decodeError(reader.position, `${name} of ${kind} is no ${type}`);
  });
  return body as Performative;
}

function readField(reader: Reader, type: string): unknown {
  if (type !== 'raw') return reader.read();
  const bytes = reader.slice();
  return bytes[0] === 0x40 ? null : new Raw(bytes);
}

function fits(type: string, value: unknown): boolean {
  if (value === null) return true;
  switch (type.replace('!', '')) {
    case 'any':
    case 'raw':
    case 'symbols':
      return true;
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
    case 'symbol':
      return typeof value === 'string';
    case 'map':
      return value instanceof Map;
    case 'binary':
      return value instanceof Uint8Array;
    case 'ulong':
      return typeof value === 'number' || typeof value === 'bigint';
    default:
      return typeof value === 'number';
  }
}
