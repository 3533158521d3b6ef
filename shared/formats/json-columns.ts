import type { ColumnReader } from '../event';
import { parseJson, type JsonOptions } from '../values/json';
import type { SqlValue } from '../values/value';
import { CLOSE_OBJECT, COMMA, DOT, isDigit, JsonBytes, MINUS, OPEN_OBJECT, PLAIN, QUOTE, SAFE_DIGITS } from './json-bytes';
import { HASH_START, hashStep, TextTable } from './text-table';
import { TimeBytes } from './time-bytes';

/** What stood between two values of the last event, from the comma or opening brace to the colon and spaces behind the name: `,"time":`. */
interface Joint {
  /** The bytes, in words of four. The last word ends with the last byte, so it may share some with the one before. */
  words: Int32Array;
  length: number;
  /** The column that the name fills; -1: none. */
  column: number;
}

const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);
/** More fields than this are not expected in an order. */
const MAX_FIELDS = 500;

/**
 * Reads only the columns that the query asks for, straight from the bytes of an event: no object is made, and what is not asked for is only checked
 * to be JSON. It expects the fields in the order of the last event and compares what stands between two values, name included, at once; where it is not the
 * expected, the name is looked up.
 *
 * Whatever is out of the ordinary (an array, an escape in a text that is asked for, a long number, two fields for one column) is refused, and the
 * caller decodes the event as a whole. Both ways give the same values on any bytes: tests/shared/formats/json-columns.test.ts.
 */
export class JsonColumns implements ColumnReader {
  ticks = NaN;
  private readonly json = new JsonBytes();
  private readonly texts = new TextTable();
  private readonly time = new TimeBytes();
  private readonly expected: (Joint | undefined)[] = [];
  /** The event in which each column was filled last: to see a second field for it. */
  private readonly filled: Int32Array;
  private event = 0;
  private column = -1;

  constructor(
    /** Lower-case names of the columns. */
    private readonly names: readonly string[],
    /** The column that is only asked for as a time; -1: none. */
    private readonly timeColumn: number,
    private readonly options: JsonOptions,
  ) {
    this.filled = new Int32Array(names.length);
  }

  read(body: Buffer, from: number, to: number, into: SqlValue[]): boolean {
    const { json } = this;
    json.open(body, to);
    this.ticks = NaN;
    this.event = (this.event + 1) | 0;
    for (let i = 0; i < this.names.length; i++) into[i] = null;
    let p = from;
    for (let field = 0; ; field++) {
      p = this.isExpected(p, field) ? p + this.length(field) : this.lookUp(p, field);
      if (p < 0) return false;
      p = this.column < 0 ? json.skipValue(p) : this.value(body, p, into);
      if (p < 0) return false;
      if (body[p] !== COMMA) p = json.skipSpace(p);
      if (body[p] === CLOSE_OBJECT) return p < to && (p + 1 === to || json.skipSpace(p + 1) >= to);
    }
  }

  private length(field: number): number {
    return (this.expected[field] as Joint).length;
  }

  /** Whether the joint of the last event stands at `p`; then `column` is its column. */
  private isExpected(p: number, field: number): boolean {
    const joint = this.expected[field];
    if (joint === undefined || p + joint.length > this.json.end) return false;
    const { words, length, column } = joint;
    const { v } = this.json;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) if (v.getInt32(p + i * 4, true) !== words[i]) return false;
    this.column = column;
    return v.getInt32(p + length - 4, true) === words[last];
  }

  /** Reads a joint that is not the expected one, and expects it from now on. */
  private lookUp(at: number, field: number): number {
    const { json } = this;
    const start = json.skipSpace(at);
    if (json.b[start] !== (field === 0 ? OPEN_OBJECT : COMMA)) return -1;
    const quote = json.skipSpace(start + 1);
    const p = json.skipName(quote);
    if (p < 0 || p > json.end) return -1;
    const name = json.b.toString('utf8', quote + 1, json.b.lastIndexOf(QUOTE, p - 1));
    if (name.includes('\\')) return -1;
    this.column = this.names.indexOf(name.toLowerCase());
    if (p - at >= 4 && field < MAX_FIELDS) this.expected[field] = this.joint(at, p);
    return p;
  }

  private joint(from: number, to: number): Joint {
    const count = Math.ceil((to - from) / 4);
    const words = Int32Array.from({ length: count }, (_, i) => this.json.v.getInt32(i < count - 1 ? from + i * 4 : to - 4, true));
    return { words, length: to - from, column: this.column };
  }

  private value(b: Buffer, at: number, into: SqlValue[]): number {
    const { column, json } = this;
    if (this.filled[column] === this.event) return -1;
    this.filled[column] = this.event;
    const c = b[at] as number;
    if (c === QUOTE) return column === this.timeColumn ? this.timeText(b, at, into) : this.text(b, at, column, into);
    if (isDigit(c) || c === MINUS) return this.number(b, at, column, into);
    const end = json.skipWord(at);
    if (end < 0) return this.nested(at, column, into);
    if (c !== 0x6e) into[column] = this.options.booleansAsBit ? c === 0x74 : Number(c === 0x74);
    return end;
  }

  private timeText(b: Buffer, at: number, into: SqlValue[]): number {
    const ticks = this.time.read(b, at);
    if (Number.isNaN(ticks)) return this.text(b, at, this.timeColumn, into);
    this.ticks = ticks;
    return this.time.end;
  }

  private text(b: Buffer, at: number, column: number, into: SqlValue[]): number {
    let p = at + 1;
    let hash = HASH_START;
    for (let c = b[p] as number; PLAIN[c] === 1; c = b[++p] as number) hash = hashStep(hash, c);
    if (b[p] !== QUOTE) return -1;
    into[column] = this.texts.get(b, at + 1, p, hash);
    return p + 1;
  }

  /** As JsonBytes.skipNumber, and the value. Exact: up to 15 digits and a power of ten up to 15 are both doubles, and their quotient is rounded once. */
  private number(b: Buffer, at: number, column: number, into: SqlValue[]): number {
    const start = b[at] === MINUS ? at + 1 : at;
    let p = start;
    let size = 0;
    for (let digit = (b[p] as number) - 48; digit >= 0 && digit <= 9; digit = (b[++p] as number) - 48) size = size * 10 + digit;
    const wholeDigits = p - start;
    if (wholeDigits === 0 || (b[start] === 0x30 && wholeDigits > 1)) return -1;
    let decimals = 0;
    if (b[p] === DOT) {
      const first = ++p;
      for (let digit = (b[p] as number) - 48; digit >= 0 && digit <= 9; digit = (b[++p] as number) - 48) size = size * 10 + digit;
      decimals = p - first;
      if (decimals === 0) return -1;
    }
    if (b[p] === 0x65 || b[p] === 0x45) return -1;
    if (wholeDigits + decimals > SAFE_DIGITS) {
      if (decimals === 0) return -1;
      size = Number(b.toString('latin1', start, p));
    } else if (decimals > 0) size /= POWERS[decimals] as number;
    into[column] = start > at ? -size : size;
    return p;
  }

  private nested(at: number, column: number, into: SqlValue[]): number {
    const end = this.json.skipValue(at);
    if (end >= 0) into[column] = parseJson(this.json.b.toString('utf8', at, end), this.options);
    return end;
  }
}
