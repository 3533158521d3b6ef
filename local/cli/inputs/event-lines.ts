/** Events on lines of their own, read from their bytes a piece of the file at a time: it may be longer than memory. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { WeirError } from '../../../shared/errors';
import { EventColumns, repeated } from '../../../shared/event/columns';
import { createDecoder, openColumnsOf } from '../../../shared/formats/decoder';
import type { Decoder } from '../../../shared/runtime/ingest';
import { hasMember } from '../../../shared/values/fields';
import type { Ticks } from '../../../shared/values/value';
import { BATCH_EVENTS, type InputBatch, type QueryInput } from './query-input';

/** Where a service notes when an event arrived. */
export const ARRIVAL_NAME = 'EventEnqueuedUtcTime';

/** The file is not, or not only, a plain JSON object a line: it has to be read as a whole. */
export class NotLines extends WeirError {
  constructor(readonly input: string) {
    super('not-lines', `the events of ${input} are not a JSON object a line each`, 'stop');
  }
}

export interface LineOptions {
  booleansAsBit: boolean;
  /** When all events arrive. */
  arrival: Ticks;
  /** How much is read at a time; a line may be longer. */
  pieceBytes?: number;
  /** Why the files cannot be read whole either: then what is no object is an event that the decoder refuses, and this is thrown where {@link NotLines} would be. */
  otherwise?: unknown;
}

/**
 * Files of JSON objects, one a line, in which no event tells when it arrived; compressed when their names end in `.gz`. What is read of them is what reading whole
 * files gives, or it throws {@link NotLines} while they are read, and nothing that was read so far may count.
 */
export function linesInput(name: string, files: readonly string[], options: LineOptions): QueryInput {
  const format = { format: 'json', booleansAsBit: options.booleansAsBit } as const;
  const decode = createDecoder(format);
  return {
    name,
    decoder: options.otherwise === undefined ? oneRecord(name, decode) : decode,
    openColumns: openColumnsOf(format),
    *batches() {
      let position = 0;
      for (const piece of piecesOfAll(files, options.pieceBytes ?? PIECE_BYTES)) {
        if (TELLS_ARRIVAL.test(piece.toString('latin1'))) throw options.otherwise ?? new NotLines(name);
        const lines = linesOf(piece);
        if (!lines.areObjects && options.otherwise === undefined) throw new NotLines(name);
        if (options.otherwise !== undefined && position === 0 && !hasEvent(piece, lines, decode)) throw options.otherwise;
        yield* inBatches(piece, lines, { position, arrival: options.arrival });
        position += lines.from.length;
      }
    },
  };
}

const PIECE_BYTES = 4 << 20;
/** A line that is longer is no event of a service, and is cut: then its parts are none. */
const MAX_LINE = 64 << 20;
const TELLS_ARRIVAL = new RegExp(ARRIVAL_NAME, 'i');
const [LINE_FEED, SPACE, BRACE] = [0x0a, 0x20, 0x7b];

/** An escape in a name hides it from the look at the bytes. */
function oneRecord(input: string, decode: Decoder): Decoder {
  return (body) => {
    let records: ReturnType<Decoder>;
    try {
      records = decode(body);
    } catch {
      throw new NotLines(input);
    }
    const [record] = records;
    if (!record || records.length > 1 || hasMember(record, ARRIVAL_NAME)) throw new NotLines(input);
    return records;
  };
}

function* piecesOfAll(files: readonly string[], size: number): Generator<Buffer> {
  for (const file of files) yield* piecesOf(file, size);
}

/** The file in pieces that end with a line. */
function* piecesOf(file: string, size: number): Generator<Buffer> {
  if (/\.gz$/i.test(file)) return yield* cutAtLines(gunzipSync(readFileSync(file)), size);
  const descriptor = openSync(file, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.allocUnsafe(rest.length + size);
      rest.copy(piece);
      const length = rest.length + readSync(descriptor, piece, rest.length, size, null);
      if (length === rest.length) break;
      const lines = piece.lastIndexOf(LINE_FEED, length - 1) + 1;
      const end = lines === 0 && length > MAX_LINE ? length : lines;
      if (end > 0) yield piece.subarray(0, end);
      rest = piece.subarray(end, length);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(descriptor);
  }
}

/** Whether any line is an event: a file without one is something else that is broken. */
function hasEvent(piece: Buffer, { from, to }: Lines, decode: Decoder): boolean {
  return from.some((start, i) => {
    try {
      return decode(piece.subarray(start, to[i])).length > 0;
    } catch {
      return false;
    }
  });
}

/** As {@link piecesOf}, of what is in memory. */
function* cutAtLines(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start + size);
    const end = found < 0 ? bytes.length : found + 1;
    yield bytes.subarray(start, end);
    start = end;
  }
}

interface Lines {
  from: number[];
  to: number[];
  /** Whether each may be one. */
  areObjects: boolean;
}

/** Where the lines that are not blank begin and end. */
function linesOf(bytes: Buffer): Lines {
  const lines: Lines = { from: [], to: [], areObjects: true };
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, at);
    const end = found < 0 ? bytes.length : found;
    let first = at;
    while (first < end && (bytes[first] as number) <= SPACE) first++;
    if (first < end) {
      lines.areObjects &&= bytes[first] === BRACE;
      lines.from.push(first);
      lines.to.push(end);
    }
    at = end + 1;
  }
  return lines;
}

function* inBatches(piece: Buffer, { from, to }: Lines, { position, arrival }: { position: number; arrival: Ticks }): Generator<InputBatch> {
  // What is the same for all events need not be written down for each batch.
  const arrivals = repeated(arrival, BATCH_EVENTS);
  for (let start = 0; start < from.length; start += BATCH_EVENTS) {
    const size = Math.min(from.length - start, BATCH_EVENTS);
    const numbers = Array.from({ length: size }, (_, i) => position + start + i);
    yield { events: new EventColumns(numbers, arrivals.slice(0, size), { bodies: piece, from, to, offset: start }) };
  }
}
