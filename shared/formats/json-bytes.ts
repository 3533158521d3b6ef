/**
 * JSON's grammar over the bytes of one event. Each `skip…` takes the position where something begins and gives the position behind it, or -1 when what is
 * there is not plain enough to be judged here: the caller then gives the whole event to JSON.parse, which decides. So nothing here accepts what
 * JSON.parse would refuse.
 */
export const QUOTE = 0x22;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const BACKSLASH = 0x5c;
/** Nesting beyond this is left to JSON.parse. */
const MAX_DEPTH = 32;
/** Whole numbers with more digits may not fit 64 bits. */
export const SAFE_DIGITS = 15;

/** 1 for bytes that stand for themselves inside a text: no control character, quote or backslash. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, c) => (c >= 0x20 && c !== QUOTE && c !== BACKSLASH ? 1 : 0));
const SPACE = Uint8Array.from({ length: 256 }, (_, c) => (c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d ? 1 : 0));
const ESCAPES = Uint8Array.from({ length: 256 }, (_, c) => ('"\\/bfnrt'.includes(String.fromCharCode(c)) ? 1 : 0));
const HEX = Uint8Array.from({ length: 256 }, (_, c) => (/[0-9a-fA-F]/.test(String.fromCharCode(c)) ? 1 : 0));
const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

export const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;

export class JsonBytes {
  b: Buffer = Buffer.alloc(0);
  /** The same bytes, to be read four at a time. */
  v: DataView = new DataView(new ArrayBuffer(0));
  /** Where the event ends. */
  end = 0;

  open(bytes: Buffer, end: number): void {
    if (bytes !== this.b) {
      this.b = bytes;
      this.v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.end = end;
  }

  skipSpace(at: number): number {
    const { b } = this;
    let p = at;
    while (SPACE[b[p] as number] === 1) p++;
    return p;
  }

  /** From the opening quote to behind the closing one. */
  skipText(at: number): number {
    const { b } = this;
    let p = at + 1;
    for (;;) {
      p = this.skipPlain(p);
      while (PLAIN[b[p] as number] === 1) p++;
      if (b[p] === QUOTE) return p + 1;
      if (b[p] !== BACKSLASH) return -1;
      p = this.skipEscape(p + 1);
      if (p < 0) return -1;
    }
  }

  /**
   * Over plain bytes, four at a time: in `x - 0x01010101 & ~x & 0x80808080` a bit is set when a byte of x is 0, so x = word ^ quotes finds quotes, and
   * with 0x20 in place of 0x01 bytes below 0x20 are found. Stops in front of the four in which something is, or may be.
   */
  private skipPlain(at: number): number {
    const { v } = this;
    const last = this.end - 4;
    let p = at;
    while (p <= last) {
      const word = v.getInt32(p, true);
      const quotes = word ^ 0x22222222;
      const backslashes = word ^ 0x5c5c5c5c;
      if ((((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080) break;
      p += 4;
    }
    return p;
  }

  private skipEscape(at: number): number {
    const { b } = this;
    if (ESCAPES[b[at] as number] === 1) return at + 1;
    if (b[at] !== 0x75) return -1;
    for (let i = 1; i <= 4; i++) if (HEX[b[at + i] as number] !== 1) return -1;
    return at + 5;
  }

  private skipDigits(at: number): number {
    const { b } = this;
    let p = at;
    while (isDigit(b[p] as number)) p++;
    return p;
  }

  /** Numbers with an exponent, and whole ones that are long, are left to JSON.parse. */
  skipNumber(at: number): number {
    const { b } = this;
    const start = b[at] === MINUS ? at + 1 : at;
    const whole = this.skipDigits(start);
    if (whole === start || (b[start] === 0x30 && whole > start + 1)) return -1;
    let p = whole;
    if (b[p] === DOT) {
      p = this.skipDigits(whole + 1);
      if (p === whole + 1) return -1;
    } else if (whole - start > SAFE_DIGITS) return -1;
    return b[p] === 0x65 || b[p] === 0x45 ? -1 : p;
  }

  skipWord(at: number): number {
    const { b } = this;
    for (const word of WORDS) {
      if (b[at] !== word[0]) continue;
      for (let i = 1; i < word.length; i++) if (b[at + i] !== word[i]) return -1;
      return at + word.length;
    }
    return -1;
  }

  skipValue(at: number, depth = 0): number {
    const c = this.b[at] as number;
    if (c === QUOTE) return this.skipText(at);
    if (isDigit(c) || c === MINUS) return this.skipNumber(at);
    if (c === OPEN_OBJECT || c === OPEN_ARRAY) return depth < MAX_DEPTH ? this.skipNested(at, depth + 1) : -1;
    return this.skipWord(at);
  }

  private skipNested(at: number, depth: number): number {
    const { b } = this;
    const isObject = b[at] === OPEN_OBJECT;
    const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
    let p = this.skipSpace(at + 1);
    if (b[p] === close) return p + 1;
    for (;;) {
      p = isObject ? this.skipMember(p, depth) : this.skipValue(p, depth);
      if (p < 0) return -1;
      p = this.skipSpace(p);
      if (b[p] === close) return p + 1;
      if (b[p] !== COMMA) return -1;
      p = this.skipSpace(p + 1);
    }
  }

  private skipMember(at: number, depth: number): number {
    const p = this.skipName(at);
    return p < 0 ? -1 : this.skipValue(p, depth);
  }

  /** From the opening quote of a member's name to its value. */
  skipName(at: number): number {
    const { b } = this;
    if (b[at] !== QUOTE) return -1;
    const behind = this.skipText(at);
    if (behind < 0) return -1;
    const colon = this.skipSpace(behind);
    return b[colon] === COLON ? this.skipSpace(colon + 1) : -1;
  }
}
