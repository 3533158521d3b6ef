/**
 * Texts by their bytes: the same bytes have the same number, for which the host makes a JavaScript string once. Device names, states and the like come
 * again and again, and making a string costs more than reading its event.
 */
import { columns } from './layout';

/** Longer texts are not kept. */
export const MAX_LENGTH: i32 = 48;
const MAX_TEXTS: i32 = 1 << 18;
/** A column of which this many texts were new, and more than half of those that came, is one of ids: not worth a table. */
const MANY: i32 = 1 << 17;
const ENTRY: i32 = 16;

let slots: usize = 0;
let mask: i32 = 0;
let count: i32 = 0;
/** Of each text: address, length and hash. */
export let entriesAt: usize = 0;
let entryRoom: i32 = 0;
let arena: usize = 0;
let arenaEnd: usize = 0;
/** Of each column: how many texts came, and how many of them were new. */
let asked: usize = 0;
/** How often the table was begun anew: numbers given before mean nothing any more. */
export let generation: i32 = 0;

export function openTexts(): void {
  asked = heap.alloc(columns * 8 + 1);
  memory.fill(asked, 0, columns * 8);
  makeSlots(1 << 12);
}

function makeSlots(size: i32): void {
  slots = heap.alloc(size * 4);
  memory.fill(slots, 0xff, size * 4);
  mask = size - 1;
  const room = size / 2;
  const entries = heap.alloc(room * ENTRY);
  memory.copy(entries, entriesAt, count * ENTRY);
  entriesAt = entries;
  entryRoom = room;
  for (let i = 0; i < count; i++) place(i, load<u32>(entriesAt + i * ENTRY, 8));
}

function place(text: i32, hash: u32): void {
  let slot = hash & mask;
  while (load<i32>(slots + slot * 4) >= 0) slot = (slot + 1) & mask;
  store<i32>(slots + slot * 4, text);
}

/** To be called between batches: begins anew when the table is full. */
export function tidy(): void {
  if (count < MAX_TEXTS) return;
  count = 0;
  generation++;
  memory.fill(slots, 0xff, (mask + 1) * 4);
  arena = 0;
  arenaEnd = 0;
}

/** The number of the text from `from` to `to`; -1 when it is not kept. */
export function textOf(column: i32, from: usize, to: usize): i32 {
  const length = <i32>(to - from);
  const counts = asked + column * 8;
  const made = load<i32>(counts, 4);
  if (length > MAX_LENGTH || (made > MANY && made > load<i32>(counts) / 2)) return -1;
  store<i32>(counts, load<i32>(counts) + 1);
  const hash = hashOf(from, length);
  let slot = hash & mask;
  for (let i = load<i32>(slots + slot * 4); i >= 0; i = load<i32>(slots + slot * 4)) {
    const entry = entriesAt + i * ENTRY;
    if (load<u32>(entry, 8) == hash && load<i32>(entry, 4) == length && isSame(load<u32>(entry), from, length)) return i;
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
  if (count == entryRoom) makeSlots((mask + 1) * 4);
  const entry = entriesAt + count * ENTRY;
  memory.copy(arena, from, length);
  store<u32>(entry, <u32>arena);
  store<i32>(entry, length, 4);
  store<u32>(entry, hash, 8);
  arena += length;
  place(count, hash);
  return count++;
}
