/**
 * Where things are in the module's memory. The host (../json-scan.ts) asks for the addresses once, writes events, and reads what `scan` has found, without a
 * call per event.
 */

/** Most events and bytes of one call. Longer events are decoded as a whole. */
export const EVENTS: i32 = 1024;
export const INPUT: i32 = 1 << 20;
/** Behind the last byte that may be read sixteen at a time. */
const PADDING: i32 = 64;
/** A column's name, in lower case, behind its length. */
export const NAME: i32 = 256;

/** What a column holds: of an event that does not have it nothing, else one of these. */
export namespace Kind {
  export const ABSENT: u8 = 0;
  export const NULL: u8 = 1;
  /** The number itself. */
  export const NUMBER: u8 = 2;
  /** The number of a text in the table of texts. */
  export const TEXT: u8 = 3;
  export const TRUE: u8 = 4;
  export const FALSE: u8 = 5;
  /** Where in the input it begins and ends: a text without escapes, the text of a number, an array or object. */
  export const LONG_TEXT: u8 = 6;
  export const LONG_NUMBER: u8 = 7;
  export const NESTED: u8 = 8;
  /** A time in the usual form, of the column that is asked for as a time only. */
  export const TIME: u8 = 9;
}

export let columns: i32 = 0;
export let timeColumn: i32 = -1;

export let inputAt: usize = 0;
/** Where each event begins and ends, as addresses: two u32 an event. The byte at its end is 0. */
export let boundsAt: usize = 0;
/** 1 for an event that could be read: u8. */
export let readableAt: usize = 0;
/** Ticks of the time column: f64. */
export let ticksAt: usize = 0;
/** Kind of each column, event by event: u8. And its value: eight bytes. */
export let kindsAt: usize = 0;
export let valuesAt: usize = 0;
export let namesAt: usize = 0;

export function layOut(count: i32, time: i32): void {
  columns = count;
  timeColumn = time;
  inputAt = heap.alloc(INPUT + PADDING);
  boundsAt = heap.alloc(EVENTS * 8);
  readableAt = heap.alloc(EVENTS);
  ticksAt = heap.alloc(EVENTS * 8);
  kindsAt = heap.alloc(EVENTS * count + 1);
  valuesAt = heap.alloc(EVENTS * count * 8 + 8);
  namesAt = heap.alloc(count * NAME + 1);
}
