/**
 * Texts by their bytes: the same bytes have the same number, for which the host makes a JavaScript string once. Device names, states and the like come
 * again and again, and making a string costs more than reading its event.
 *
 * With many texts each look-up waits for memory. So the texts of a batch are noted while events are read and looked up together, and where the table is large its
 * places are read beforehand: these reads do not depend on each other, and the processor waits for many at a time.
 */
import { columns, EVENTS, Kind, kindsAt, valuesAt } from './layout';

/** Longer texts are not kept. */
export const MAX_LENGTH: i32 = 48;
const MAX_TEXTS: i32 = 1 << 18;
/** A column of which this many texts were new, and more than half of those that came, is one of ids: not worth a table. */
const MANY: i32 = 1 << 17;
/** Likewise when this many were new, and nearly all. */
const SOME: i32 = 1 << 14;
/** Address and length, and the first bytes, behind which there are zeros: most texts need no other place. */
const ENTRY: i32 = 32;
const INLINE: i32 = 24;
/** Hash and number of a text, from 1; 0: nobody's. */
const SLOT: i32 = 8;
/** Address, place among kinds and values, hash, and length with the column above it. */
const NOTE: i32 = 16;
const COLUMN_SHIFT: i32 = 8;
/** A table of so many texts does not stay near the processor by itself. */
const LARGE: i32 = 1 << 12;

let slots: usize = 0;
let mask: i32 = 0;
let count: i32 = 0;
export let entriesAt: usize = 0;
let entryRoom: i32 = 0;
let arena: usize = 0;
let arenaEnd: usize = 0;
/** Of each column: how many texts came, and how many of them were new. */
let asked: usize = 0;
let notes: usize = 0;
let notesEnd: usize = 0;
/** What was read beforehand, so that nobody takes it for unused. */
let read: i32 = 0;
/** How often the table was begun anew: numbers given before mean nothing any more. */
export let generation: i32 = 0;

export function openTexts(): void {
  asked = heap.alloc(columns * 8 + 1);
  memory.fill(asked, 0, columns * 8);
  notes = heap.alloc(EVENTS * columns * NOTE + 1);
  notesEnd = notes;
  makeSlots(1 << 12);
}

function makeSlots(size: i32): void {
  const before = slots;
  const end = before + (before == 0 ? 0 : (mask + 1) * SLOT);
  slots = heap.alloc(size * SLOT);
  memory.fill(slots, 0, size * SLOT);
  mask = size - 1;
  const room = size / 2;
  const entries = heap.alloc(room * ENTRY + 16);
  memory.copy(entries, entriesAt, count * ENTRY);
  entriesAt = entries;
  entryRoom = room;
  for (let slot = before; slot < end; slot += SLOT) if (load<i32>(slot, 4) != 0) store<u64>(freeSlot(load<u32>(slot)), load<u64>(slot));
}

function freeSlot(hash: u32): usize {
  let slot = hash & mask;
  while (load<i32>(slots + slot * SLOT, 4) != 0) slot = (slot + 1) & mask;
  return slots + slot * SLOT;
}

/** To be called between batches: begins anew when the table is full. */
export function tidy(): void {
  notesEnd = notes;
  if (count < MAX_TEXTS) return;
  count = 0;
  generation++;
  memory.fill(slots, 0, (mask + 1) * SLOT);
  arena = 0;
  arenaEnd = 0;
}

/** The text from `from` to `to` belongs to this place among kinds and values. */
export function noteText(column: i32, place: i32, from: usize, to: usize): void {
  const length = <i32>(to - from);
  store<u8>(kindsAt + place, Kind.TEXT);
  const value = valuesAt + place * 8;
  store<u32>(value, <u32>from);
  store<u32>(value, <u32>to, 4);
  if (length > MAX_LENGTH) {
    store<u8>(kindsAt + place, Kind.LONG_TEXT);
    return;
  }
  store<u32>(notesEnd, <u32>from);
  store<i32>(notesEnd, place, 4);
  store<u32>(notesEnd, hashOf(from, length), 8);
  store<i32>(notesEnd, length | (column << COLUMN_SHIFT), 12);
  notesEnd += NOTE;
}

/** Gives all texts that were noted their numbers. */
export function lookUpTexts(): void {
  if (count > LARGE) readBeforehand();
  for (let note = notes; note < notesEnd; note += NOTE) {
    const place = load<i32>(note, 4);
    const text = textOf(note);
    if (text < 0) store<u8>(kindsAt + place, Kind.LONG_TEXT);
    else store<i32>(valuesAt + place * 8, text);
  }
}

function readBeforehand(): void {
  let sum = 0;
  for (let note = notes; note < notesEnd; note += NOTE) sum += load<i32>(slots + (load<u32>(note, 8) & mask) * SLOT, 4);
  for (let note = notes; note < notesEnd; note += NOTE) {
    const text = load<i32>(slots + (load<u32>(note, 8) & mask) * SLOT, 4);
    sum += load<i32>(entriesAt + max(text - 1, 0) * ENTRY, 4);
  }
  read = sum;
}

@inline
function isOfIds(made: i32, came: i32): bool {
  return made > MANY ? made > came / 2 : made > came - came / 16;
}

/** The number of the text; -1 when it is not kept. */
function textOf(note: usize): i32 {
  const word = load<i32>(note, 12);
  const length = word & ((1 << COLUMN_SHIFT) - 1);
  const counts = asked + (word >>> COLUMN_SHIFT) * 8;
  const made = load<i32>(counts, 4);
  if (made > SOME && isOfIds(made, load<i32>(counts))) return -1;
  store<i32>(counts, load<i32>(counts) + 1);
  const from = <usize>load<u32>(note);
  const hash = load<u32>(note, 8);
  let slot = hash & mask;
  for (let text = load<i32>(slots + slot * SLOT, 4); text != 0; text = load<i32>(slots + slot * SLOT, 4)) {
    if (load<u32>(slots + slot * SLOT) == hash && isText(entriesAt + (text - 1) * ENTRY, from, length)) return text - 1;
    slot = (slot + 1) & mask;
  }
  store<i32>(counts, made + 1, 4);
  return add(from, length, hash);
}

function hashOf(from: usize, length: i32): u32 {
  let hash: u64 = <u64>length * 0x9e3779b97f4a7c15;
  let left = length;
  for (; left > 8; left -= 8, from += 8) hash = mix(hash ^ load<u64>(from));
  hash = mix(hash ^ (load<u64>(from) & (<u64>-1 >> (<u64>(8 - left) * 8))));
  return <u32>(hash ^ (hash >> 32));
}

@inline
function mix(hash: u64): u64 {
  const product = hash * 0xff51afd7ed558ccd;
  return product ^ (product >> 29);
}

@inline
function isText(entry: usize, from: usize, length: i32): bool {
  if (load<i32>(entry, 4) != length) return false;
  return isSame(length <= INLINE ? entry + 8 : <usize>load<u32>(entry), from, length);
}

function isSame(a: usize, b: usize, length: i32): bool {
  let left = length;
  for (; left > 16; left -= 16, a += 16, b += 16) if (i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) != 0xffff) return false;
  return (~i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) & ((1 << left) - 1)) == 0;
}

/** Texts lie in pieces of memory of 64 KB, sixteen bytes behind each being readable. */
function add(from: usize, length: i32, hash: u32): i32 {
  if (arena + MAX_LENGTH + 16 > arenaEnd) {
    arena = heap.alloc(1 << 16);
    arenaEnd = arena + (1 << 16);
  }
  if (count == entryRoom) makeSlots((mask + 1) * 2);
  const entry = entriesAt + count * ENTRY;
  memory.copy(arena, from, length);
  store<u32>(entry, <u32>arena);
  store<i32>(entry, length, 4);
  memory.fill(entry + 8, 0, INLINE);
  memory.copy(entry + 8, from, min(length, INLINE));
  arena += length;
  const slot = freeSlot(hash);
  store<u32>(slot, hash);
  store<i32>(slot, ++count, 4);
  return count - 1;
}
