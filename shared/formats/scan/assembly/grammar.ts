/**
 * JSON's grammar over the bytes of one event. Each `skip…` takes the address where something begins and gives the address behind it, or 0 when what is
 * there is not plain enough to be judged here: then JSON.parse decides over the whole event. So nothing here accepts what JSON.parse would refuse.
 * Events end with a byte 0, which is part of no token: nothing reads on beyond it.
 */
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const DOT: u8 = 0x2e;
export const COLON: u8 = 0x3a;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
const OPEN_ARRAY: u8 = 0x5b;
const CLOSE_ARRAY: u8 = 0x5d;
const BACKSLASH: u8 = 0x5c;
/** `true`, `null`, and `fals` of `false`, as little-endian words. */
const TRUE: u32 = 0x65757274;
const NULL: u32 = 0x6c6c756e;
const FALS: u32 = 0x736c6166;
/** Nesting beyond this is left to JSON.parse. */
const MAX_DEPTH: i32 = 32;
/** Whole numbers with more digits may not fit 64 bits. */
export const SAFE_DIGITS: i32 = 15;

@inline
export function isDigit(c: u8): bool {
  return <u8>(c - 0x30) < 10;
}

@inline
export function skipSpace(p: usize): usize {
  let c = load<u8>(p);
  while (c <= 0x20 && (c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09)) c = load<u8>(++p);
  return p;
}

/** To the first byte from `p` on that does not stand for itself inside a text: a quote, a backslash or a control character. */
@inline
export function skipPlain(p: usize): usize {
  let at = endsIn(v128.load(p));
  while (at == 0) at = endsIn(v128.load((p += 16)));
  return p + ctz(at);
}

@inline
function endsIn(bytes: v128): i32 {
  return i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))), i8x16.lt_u(bytes, i8x16.splat(0x20))));
}

/** From the opening quote to behind the closing one. */
export function skipText(at: usize): usize {
  let p = at + 1;
  while (true) {
    p = skipPlain(p);
    const c = load<u8>(p);
    if (c == QUOTE) return p + 1;
    if (c != BACKSLASH) return 0;
    p = skipEscape(p + 1);
    if (p == 0) return 0;
  }
}

function skipEscape(at: usize): usize {
  switch (load<u8>(at)) {
    case 0x22: case 0x5c: case 0x2f: case 0x62: case 0x66: case 0x6e: case 0x72: case 0x74:
      return at + 1;
    case 0x75:
      for (let i = 1; i <= 4; i++) if (!isHex(load<u8>(at + i))) return 0;
      return at + 5;
    default:
      return 0;
  }
}

function isHex(c: u8): bool {
  return isDigit(c) || <u8>((c | 0x20) - 0x61) < 6;
}

/** Which of the sixteen bytes from `p` on are digits, the first in the lowest bit. */
@inline
export function digitsAt(p: usize): i32 {
  return i8x16.bitmask(i8x16.lt_u(i8x16.sub(v128.load(p), i8x16.splat(0x30)), i8x16.splat(10)));
}

/** Numbers with an exponent, and whole ones that are long, are left to JSON.parse. */
function skipNumber(at: usize): usize {
  const start = at + <usize>(load<u8>(at) == MINUS);
  const digits = digitsAt(start);
  const whole = ctz(~digits);
  if (whole == 0 || (whole > 1 && load<u8>(start) == 0x30)) return 0;
  let length = whole;
  if (whole < 14 && load<u8>(start + whole) == DOT) {
    const decimals = ctz(~(digits >> (whole + 1)));
    if (decimals == 0) return 0;
    length += 1 + decimals;
  }
  if (length >= 14) return skipLongNumber(start);
  return (load<u8>(start + length) | 0x20) == 0x65 ? 0 : start + length;
}

/** As {@link skipNumber}, behind the sign. */
function skipLongNumber(start: usize): usize {
  let p = start;
  while (isDigit(load<u8>(p))) p++;
  if (load<u8>(p) == DOT) {
    const first = ++p;
    while (isDigit(load<u8>(p))) p++;
    if (p == first) return 0;
  } else if (<i32>(p - start) > SAFE_DIGITS) return 0;
  return (load<u8>(p) | 0x20) == 0x65 ? 0 : p;
}

export function skipWord(at: usize): usize {
  const word = load<u32>(at);
  if (word == TRUE || word == NULL) return at + 4;
  return word == FALS && load<u8>(at + 4) == 0x65 ? at + 5 : 0;
}

export function skipValue(at: usize, depth: i32): usize {
  const c = load<u8>(at);
  if (c == QUOTE) return skipText(at);
  if (isDigit(c) || c == MINUS) return skipNumber(at);
  if (c == OPEN_OBJECT || c == OPEN_ARRAY) return depth < MAX_DEPTH ? skipNested(at, depth + 1) : 0;
  return skipWord(at);
}

function skipNested(at: usize, depth: i32): usize {
  const isObject = load<u8>(at) == OPEN_OBJECT;
  const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
  let p = skipSpace(at + 1);
  if (load<u8>(p) == close) return p + 1;
  while (true) {
    if (isObject) p = skipName(p);
    if (p != 0) p = skipValue(p, depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == close) return p + 1;
    if (c != COMMA) return 0;
    p = skipSpace(p + 1);
  }
}

/** From the opening quote of a member's name to its value. */
export function skipName(at: usize): usize {
  if (load<u8>(at) != QUOTE) return 0;
  const behind = skipText(at);
  if (behind == 0) return 0;
  const colon = skipSpace(behind);
  return load<u8>(colon) == COLON ? skipSpace(colon + 1) : 0;
}
