import type { ColumnReader } from '../event';
import { bodyOf, repeated, type EventColumns, type EventSpans } from '../event/columns';
import { noteTextNumbers } from '../values/text-numbers';
import type { SqlValue, Ticks } from '../values/value';
import { parseJson, type JsonOptions } from '../values/json';
import { SCAN_MODULE } from './scan/module';

/** What the module exports (scan/assembly/scan.ts); addresses are of its memory. */
interface Exports {
  memory: { buffer: ArrayBuffer };
  EVENTS: { value: number };
  INPUT: { value: number };
  inputAt: { value: number };
  boundsAt: { value: number };
  readableAt: { value: number };
  ticksAt: { value: number };
  kindsAt: { value: number };
  valuesAt: { value: number };
  namesAt: { value: number };
  entriesAt: { value: number };
  generation: { value: number };
  open(columns: number, timeColumn: number): void;
  scan(events: number): void;
}

/** Room for a column's name in the module's memory, with its length in front. */
const NAME = 256;
/** Of an entry of the table of texts. */
const ENTRY_WORDS = 8;
/** Two events lie together in one piece of memory when there are at most so many bytes between them. */
const GAP = 16;

let compiled: WebAssembly.Module | null | undefined;

/** Null where the processor lacks what the module needs: instructions on sixteen bytes at a time. */
function moduleOf(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(Buffer.from(SCAN_MODULE, 'base64'));
    } catch {
      compiled = null;
    }
  }
  return compiled;
}

/** Opens a reader of these columns (lower-case ASCII names); `time`: the one that is asked for as a time only; -1: none. Undefined where it cannot be had. */
export function openJsonScan(names: readonly string[], time: number, options: JsonOptions): JsonScan | undefined {
  const module = moduleOf();
  if (!module || names.some((name) => name.length > NAME - 4)) return undefined;
  const abort = (): never => {
    throw new Error('the JSON scanner has no memory left');
  };
  const { exports } = new WebAssembly.Instance(module, { env: { abort } }) as unknown as { exports: Exports };
  exports.open(names.length, time);
  return new JsonScan(names, exports, options);
}

/** Reads columns of many events at once, in WebAssembly: see scan/assembly/scan.ts. */
export class JsonScan implements ColumnReader {
  ticks = NaN;
  private readonly columns: number;
  private readonly maxEvents: number;
  /** To be cut to length: a list that is made so has room for all at once, and no holes. */
  private readonly someNumbers: readonly number[];
  private readonly someTexts: readonly string[];
  private readonly inputSize: number;
  /** Strings of the texts in the module's table, by number. */
  private texts: (string | undefined)[] = [];
  /** Whether other bytes have always been another text: what is not UTF-8 is read as a replacement character. */
  private isFaithful = true;
  private generation = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private doubles: Float64Array = new Float64Array(0);
  private words: Int32Array = new Int32Array(0);
  private readonly kinds: number;
  private readonly values: number;
  private readonly readable: number;
  private readonly ticksAt: number;

  constructor(
    names: readonly string[],
    private readonly exports: Exports,
    private readonly options: JsonOptions,
  ) {
    this.columns = names.length;
    this.maxEvents = exports.EVENTS.value;
    this.someNumbers = repeated(0.5, this.maxEvents);
    this.someTexts = [...'-'.repeat(this.maxEvents)];
    this.inputSize = exports.INPUT.value;
    this.kinds = exports.kindsAt.value;
    this.values = exports.valuesAt.value / 8;
    this.readable = exports.readableAt.value;
    this.ticksAt = exports.ticksAt.value / 8;
    this.lookAgain();
    names.forEach((name, i) => {
      const at = exports.namesAt.value + i * NAME;
      this.bytes.writeInt32LE(name.length, at);
      this.bytes.write(name, at + 4, 'latin1');
    });
  }

  /** Memory that grows is another buffer. */
  private lookAgain(): void {
    const { buffer } = this.exports.memory;
    if (this.bytes.buffer === buffer) return;
    this.bytes = Buffer.from(buffer);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
  }

  open(events: EventColumns, start: number): number {
    const count = this.copy(events, start);
    this.exports.scan(count);
    this.lookAgain();
    const generation = this.exports.generation.value;
    if (generation !== this.generation) [this.generation, this.texts] = [generation, []];
    return count;
  }

  /** Into the module's memory, as many as have room; gives how many. */
  private copy({ spans, length }: EventColumns, start: number): number {
    const { from, to, offset } = spans;
    const last = Math.min(length, start + this.maxEvents);
    const first = this.exports.inputAt.value;
    const limit = first + this.inputSize;
    const { bytes, words } = this;
    let place = this.exports.boundsAt.value / 4;
    let free = first;
    for (let i = start; i < last; ) {
      const run = runFrom(spans, i, { last, room: limit - free - 1 });
      // An event that has no room at all counts as an empty one.
      if (run.count === 0 && i > start) return i - start;
      if (run.count > 0) copyBytes(run, bytes, free);
      const shift = free - run.from;
      for (let k = Math.max(1, run.count); k > 0; k--, i++) {
        const end = run.count === 0 ? free : (to[offset + i] as number) + shift;
        words[place++] = run.count === 0 ? free : (from[offset + i] as number) + shift;
        words[place++] = end;
        // What ends each event for the module; a run has room for it.
        bytes[end] = 0;
      }
      free += run.to - run.from + 1;
    }
    return last - start;
  }

  take(k: number, into: SqlValue[]): boolean {
    const { bytes, columns } = this;
    if (bytes[this.readable + k] !== 1) return false;
    const row = k * columns;
    for (let c = 0; c < columns; c++) into[c] = this.value(bytes[this.kinds + row + c] as number, this.values + row + c);
    this.ticks = this.doubles[this.ticksAt + k] as number;
    return true;
  }

  ordinary(k: number, count: number): number {
    const first = this.readable + k;
    const end = this.bytes.indexOf(0, first) - first;
    return end < 0 || end > count ? count : end;
  }

  times(k: number, count: number): Ticks[] {
    const times = this.someNumbers.slice(0, count);
    const { doubles } = this;
    for (let i = 0, at = this.ticksAt + k; i < count; i++) times[i] = doubles[at + i] as number;
    return times;
  }

  column(column: number, k: number, count: number): SqlValue[] {
    const first = this.bytes[this.kinds + k * this.columns + column];
    const list = first === 2 ? this.numbers(column, k, count) : first === 3 ? this.textsOf(column, k, count) : undefined;
    return list ?? this.mixed(column, k, count);
  }

  private mixed(column: number, k: number, count: number): SqlValue[] {
    const list: SqlValue[] = [];
    for (let j = 0, i = k * this.columns + column; j < count; j++, i += this.columns) list.push(this.value(this.bytes[this.kinds + i] as number, this.values + i));
    return list;
  }

  /** A column in which all are numbers: a list that holds them as such, and not as values of any kind. */
  private numbers(column: number, k: number, count: number): number[] | undefined {
    const { bytes, columns, doubles, kinds, values } = this;
    const list = this.someNumbers.slice(0, count);
    for (let j = 0, i = k * columns + column; j < count; j++, i += columns) {
      if (bytes[kinds + i] !== 2) return undefined;
      list[j] = doubles[values + i] as number;
    }
    return list;
  }

  /** A column in which all are texts of the module's table, with their numbers. */
  private textsOf(column: number, k: number, count: number): string[] | undefined {
    const { bytes, columns, words, texts, kinds, values } = this;
    const list = this.someTexts.slice(0, count);
    const numbers = new Int32Array(count);
    for (let j = 0, i = k * columns + column; j < count; j++, i += columns) {
      if (bytes[kinds + i] !== 3) return undefined;
      const text = words[(values + i) * 2] as number;
      numbers[j] = text;
      list[j] = texts[text] ?? this.makeText(text);
    }
    if (this.isFaithful) noteTextNumbers(list, { source: texts, numbers });
    return list;
  }

  /** By the kinds of scan/assembly/layout.ts. */
  private value(kind: number, at: number): SqlValue {
    if (kind === 2) return this.doubles[at] as number;
    if (kind === 3) return this.texts[this.words[at * 2] as number] ?? this.makeText(this.words[at * 2] as number);
    if (kind === 0 || kind === 1 || kind === 9) return null;
    if (kind === 4) return this.options.booleansAsBit ? true : 1;
    if (kind === 5) return this.options.booleansAsBit ? false : 0;
    const text = this.bytes.toString('utf8', this.words[at * 2], this.words[at * 2 + 1]);
    return kind === 6 ? text : kind === 7 ? Number(text) : parseJson(text, this.options);
  }

  private makeText(text: number): string {
    const entry = this.exports.entriesAt.value / 4 + text * ENTRY_WORDS;
    const from = this.words[entry] as number;
    while (this.texts.length <= text) this.texts.push(undefined);
    const made = this.bytes.toString('utf8', from, from + (this.words[entry + 1] as number));
    if (made.includes('\ufffd')) this.isFaithful = false;
    return (this.texts[text] = made);
  }
}

/** Events that lie one behind the other in one piece of memory, and are copied at once. */
interface Run {
  body: Uint8Array;
  from: number;
  to: number;
  count: number;
}

/** The run from event `i` on; of no event when that one has more than `room` bytes. */
function runFrom(spans: EventSpans, i: number, { last, room }: { last: number; room: number }): Run {
  const { bodies, from, to, offset } = spans;
  const body = bodyOf(spans, i);
  const begin = from[offset + i] as number;
  let end = to[offset + i] as number;
  if (end - begin > room) return { body, from: begin, to: begin, count: 0 };
  const list = bodies instanceof Uint8Array ? undefined : bodies;
  let next = i + 1;
  for (; next < last; next++) {
    const nextBegin = from[offset + next] as number;
    const behind = to[offset + next] as number;
    if ((list && list[next] !== body) || nextBegin <= end || nextBegin > end + GAP || behind - begin > room) break;
    end = behind;
  }
  return { body, from: begin, to: end, count: next - i };
}

function copyBytes({ body, from, to: end }: Run, into: Buffer, to: number): void {
  if (Buffer.isBuffer(body)) body.copy(into, to, from, end);
  else into.set(from === 0 && end === body.byteLength ? body : body.subarray(from, end), to);
}
