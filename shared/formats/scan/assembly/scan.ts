/**
 * Reads some columns of a batch of events from their bytes. The shape of the next event is predicted from the last: a *joint* is everything between two values
 * (`,"temperature":` with the spaces around it), compared sixteen bytes at a time; where it is not the expected one, the name is looked up. The members of an object
 * that nobody asks for are values between joints as well, and its braces parts of joints:
 *
 *     {"id":7,"at":{"x":1,"y":2},"v":3}     joints {"id":   ,"at":{"x":   ,"y":   },"v":
 *
 * Whatever is out of the ordinary (an escape in a text that is asked for, a long whole number, two fields for one column) makes its event unreadable here, and
 * the host decodes it as a whole. Both ways give the same values on any bytes: tests/shared/formats/json-scan.test.ts.
 */
import { CLOSE_OBJECT, COMMA, DOT, isDigit, MINUS, OPEN_OBJECT, QUOTE, SAFE_DIGITS, skipName, skipPlain, skipSpace, skipValue, skipWord } from './grammar';
import { boundsAt, columns, inputAt, Kind, kindsAt, layOut, NAME, namesAt, readableAt, ticksAt, timeColumn, valuesAt } from './layout';
import { lookUpTexts, noteText, openTexts, tidy } from './texts';
import { timeEnd, timeOf } from './time';

export { EVENTS, INPUT, boundsAt, inputAt, kindsAt, namesAt, readableAt, ticksAt, valuesAt } from './layout';
export { entriesAt, generation } from './texts';

/** Joints are predicted for so many fields of an event, and of this length at most. */
const MAX_FIELDS: i32 = 64;
const JOINT_LENGTH: usize = 32;
/** Its bytes; its length (0: none yet); its column (-1: one that nobody asks for); a mask of its length; and whether it is inside of an object, before and behind it. */
const JOINT: i32 = 48;
const joints: usize = memory.data(3072);
const powers: usize = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

/** Of the event at hand. */
let kinds: usize = 0;
let values: usize = 0;
let ticks: usize = 0;
let column: i32 = -1;
/** Whether the value at hand is a member of an object that nobody asks for. */
let isInside: u8 = 0;

/** Before anything else: how many columns, and which of them is asked for as a time only (-1: none). The host then writes their names. */
export function open(count: i32, time: i32): void {
  layOut(count, time);
  openTexts();
}

export function scan(count: i32): void {
  tidy();
  memory.fill(kindsAt, Kind.ABSENT, count * columns);
  for (let i = 0; i < count; i++) {
    kinds = kindsAt + i * columns;
    values = valuesAt + i * columns * 8;
    ticks = ticksAt + i * 8;
    store<f64>(ticks, NaN);
    store<u8>(readableAt + i, <u8>readEvent(load<u32>(boundsAt + i * 8), load<u32>(boundsAt + i * 8, 4)));
  }
  lookUpTexts();
}

function readEvent(from: usize, end: usize): bool {
  isInside = 0;
  let p = from;
  let field = 0;
  while (true) {
    const joint = joints + field * JOINT;
    if (field < MAX_FIELDS && isExpected(joint, p)) {
      p += load<u32>(joint, 32);
      isInside = load<u8>(joint, 45);
    } else {
      let next = p;
      if (isInside != 0 && load<u8>(p) == CLOSE_OBJECT) {
        next = skipSpace(p + 1);
        isInside = 0;
        if (load<u8>(next) == CLOSE_OBJECT) return isEnd(next, end);
      }
      p = lookUp(p, next, field);
      if (p == 0) return false;
    }
    p = column < 0 ? skipValue(p, isInside) : readValue(p);
    if (p == 0) return false;
    if (load<u8>(p) != COMMA) {
      p = skipSpace(p);
      const c = load<u8>(p);
      if (c == CLOSE_OBJECT) {
        if (isInside == 0) return isEnd(p, end);
      } else if (c != COMMA) return false;
    }
    field++;
  }
}

/** Whether nothing is behind the brace that closes the event. */
@inline
function isEnd(p: usize, end: usize): bool {
  return p + 1 == end || skipSpace(p + 1) == end;
}

/** Whether this joint stands at `p`; then `column` is its column. */
@inline
function isExpected(joint: usize, p: usize): bool {
  if (load<u8>(joint, 44) != isInside) return false;
  column = load<i32>(joint, 36);
  const first = i8x16.bitmask(i8x16.eq(v128.load(joint), v128.load(p)));
  const mask = load<u32>(joint, 40);
  if (mask <= 0xffff) return (first & mask) == mask && mask != 0;
  return first == 0xffff && (((i8x16.bitmask(i8x16.eq(v128.load(joint, 16), v128.load(p, 16))) << 16) | first) & mask) == mask;
}

/** Reads a joint that is not the expected one, and expects it from now on. It begins at `at`; `next`: behind the end of an object there. */
function lookUp(at: usize, next: usize, field: i32): usize {
  const before: u8 = next != at ? 1 : isInside;
  const start = skipSpace(next);
  if (load<u8>(start) != (field == 0 ? OPEN_OBJECT : COMMA)) return 0;
  const quote = skipSpace(start + 1);
  let p = skipName(quote);
  if (p == 0) return 0;
  const nameEnd = skipPlain(quote + 1);
  // A name with an escape, and the one letter beyond ASCII (the Kelvin sign) that is an ASCII letter in lower case, are left to JSON.parse.
  if (load<u8>(nameEnd) != QUOTE || hasKelvin(quote + 1, nameEnd)) return 0;
  column = isInside != 0 ? -1 : columnOf(quote + 1, <i32>(nameEnd - quote - 1));
  const member = column < 0 && isInside == 0 && load<u8>(p) == OPEN_OBJECT ? skipName(skipSpace(p + 1)) : 0;
  if (member != 0 && member - at <= JOINT_LENGTH && field < MAX_FIELDS) {
    p = member;
    isInside = 1;
  }
  const length = p - at;
  if (field < MAX_FIELDS && length <= JOINT_LENGTH) {
    const joint = joints + field * JOINT;
    memory.copy(joint, at, length);
    store<u32>(joint, <u32>length, 32);
    store<i32>(joint, column, 36);
    store<u32>(joint, <u32>(((<u64>1) << <u64>length) - 1), 40);
    store<u8>(joint, before, 44);
    store<u8>(joint, isInside, 45);
  }
  return p;
}

function hasKelvin(from: usize, to: usize): bool {
  for (let p = from; p + 2 < to; p++) if (load<u8>(p) == 0xe2 && load<u8>(p + 1) == 0x84 && load<u8>(p + 2) == 0xaa) return true;
  return false;
}

function columnOf(from: usize, length: i32): i32 {
  for (let c = 0; c < columns; c++) {
    const name = namesAt + c * NAME;
    if (load<i32>(name) == length && isName(name + 4, from, length)) return c;
  }
  return -1;
}

function isName(name: usize, from: usize, length: i32): bool {
  for (let i = 0; i < length; i++) {
    const c = load<u8>(from + i);
    if ((<u8>(c - 0x41) < 26 ? c | 0x20 : c) != load<u8>(name + i)) return false;
  }
  return true;
}

/** The value at `at` into the column; gives the address behind it. */
function readValue(at: usize): usize {
  const kind = kinds + column;
  if (load<u8>(kind) != Kind.ABSENT) return 0;
  const c = load<u8>(at);
  if (c == QUOTE) return readText(at, kind);
  if (isDigit(c) || c == MINUS) return readNumber(at, kind);
  const end = skipWord(at);
  if (end == 0) return readNested(at, kind);
  store<u8>(kind, c == 0x6e ? Kind.NULL : c == 0x74 ? Kind.TRUE : Kind.FALSE);
  return end;
}

function readText(at: usize, kind: usize): usize {
  const from = at + 1;
  if (column == timeColumn) {
    const t = timeOf(from);
    if (t == t) {
      store<u8>(kind, Kind.TIME);
      store<f64>(ticks, t);
      return timeEnd;
    }
  }
  const end = skipPlain(from);
  if (load<u8>(end) != QUOTE) return 0;
  noteText(column, <i32>(kind - kindsAt), from, end);
  return end + 1;
}

/** Where the value is in the input. */
function place(at: usize, kind: u8, from: usize, to: usize): void {
  store<u8>(at, kind);
  store<u32>(values + column * 8, <u32>from);
  store<u32>(values + column * 8, <u32>to, 4);
}

/** As skipNumber, and the value. Exact: up to 15 digits and a power of ten up to 15 are both doubles, and their quotient is rounded once. */
function readNumber(at: usize, kind: usize): usize {
  const start = at + <usize>(load<u8>(at) == MINUS);
  let p = start;
  let size: u64 = 0;
  for (let digit = load<u8>(p) - 0x30; digit < 10; digit = load<u8>(++p) - 0x30) size = size * 10 + digit;
  const whole = <i32>(p - start);
  if (whole == 0 || (whole > 1 && load<u8>(start) == 0x30)) return 0;
  let decimals: i32 = 0;
  if (load<u8>(p) == DOT) {
    const first = ++p;
    for (let digit = load<u8>(p) - 0x30; digit < 10; digit = load<u8>(++p) - 0x30) size = size * 10 + digit;
    decimals = <i32>(p - first);
    if (decimals == 0) return 0;
  }
  if ((load<u8>(p) | 0x20) == 0x65) return 0;
  if (whole + decimals > SAFE_DIGITS) {
    if (decimals == 0) return 0;
    place(kind, Kind.LONG_NUMBER, at, p);
    return p;
  }
  const value = decimals == 0 ? <f64>size : <f64>size / load<f64>(powers + decimals * 8);
  store<u8>(kind, Kind.NUMBER);
  store<f64>(values + column * 8, start > at ? -value : value);
  return p;
}

function readNested(at: usize, kind: usize): usize {
  const end = skipValue(at, 0);
  if (end != 0) place(kind, Kind.NESTED, at, end);
  return end;
}
