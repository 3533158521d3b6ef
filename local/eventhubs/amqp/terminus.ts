import { Reader } from './decode';
import { AmqpError, condition, decodeError } from './error';
import type { AmqpMap } from './performatives';
import { Described, Raw, Typed } from './types';
import { encode } from './encode';

/** What a link's source or target says that matters here. */
export interface Terminus {
  address: string | null;
  /** Source only: the filter set. */
  filter: AmqpMap;
}

const SOURCE = 0x28;
const TARGET = 0x29;
const SOURCE_FIELDS = 11;
const TARGET_FIELDS = 7;
const FILTER = 7;

/** Decodes a source or target. Throws `amqp:decode-error`. */
export function readTerminus(raw: Raw | null): Terminus {
  if (raw === null) return { address: null, filter: new Map() };
  const value = new Reader(raw.bytes).read();
  if (!(value instanceof Described) || !Array.isArray(value.value)) throw decodeError(0, 'a source or target was expected');
  const fields = value.value as unknown[];
  const filter = fields[FILTER];
  return {
    address: typeof fields[0] === 'string' ? fields[0] : null,
    filter: filter instanceof Map ? filter : new Map(),
  };
}

/** A source at `address`, with an Event Hubs selector if given. */
export function sourceOf(address: string | null, selector?: string): Raw {
  const fields: unknown[] = new Array(SOURCE_FIELDS).fill(null);
  fields[0] = address;
  if (selector !== undefined) {
    const name = new Typed('symbol', SELECTOR_FILTER);
    fields[FILTER] = new Map([[name, new Described(name, selector)]]);
  }
  return new Raw(encode(new Described(SOURCE, fields)));
}

export function targetOf(address: string | null): Raw {
  const fields: unknown[] = new Array(TARGET_FIELDS).fill(null);
  fields[0] = address;
  return new Raw(encode(new Described(TARGET, fields)));
}

/** The name of the filter by which a consumer says where it starts. */
export const SELECTOR_FILTER = 'apache.org:selector-filter:string';

/** The text of the selector filter, null when the source has none. */
export function selectorOf(source: Terminus): string | null {
  const filter = source.filter.get(SELECTOR_FILTER);
  const text = filter instanceof Described ? filter.value : filter;
  if (text === undefined || text === null) return null;
  if (typeof text !== 'string') throw new AmqpError(condition.invalidField, `The filter ${SELECTOR_FILTER} must be a string.`);
  return text;
}
