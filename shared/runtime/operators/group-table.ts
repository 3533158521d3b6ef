import type { Accumulator } from '../../builtins/accumulator';
import type { Blocks, NewBlocks } from '../../values/blocks';
import { decodeValue, encodeValue } from '../../values/codec';
import { keyOf } from '../../values/key';
import type { SqlValue } from '../../values/value';
import { packTexts, PackedTexts, type EncodedTexts } from './packed-texts';

/** A text that no key of a group is likely to hold, so that keys that are texts can be kept as one. */
const SEPARATOR = '\u007f';

/** From here on a number and a bigint may be one key. */
const LARGE = 2 ** 53;

/** The groups of one pane: a slot per key, and the state of each aggregate by slot. */
export class GroupTable {
  /** Keys by slot, from slot `unread` on. A key of one value is that value. To be read through {@link all}. */
  private keys: (SqlValue | SqlValue[])[] = [];
  /** The keys of the first slots as they were read back. They are found in there, and made texts of when somebody asks for them. */
  private packed: PackedTexts | undefined;
  private unread = 0;
  /** Slots by key, but for packed ones: a text or number stands for itself, any other key is told by its text (values/key.ts) behind a mark. Made when it is asked for. */
  private slots: Map<SqlValue, number> | undefined;
  /** Slots by number of the key's text, while every key has one of this source. */
  private numbered: { source: object; slots: Int32Array } | undefined;
  /** Whether every key is a text in which nothing has to be escaped: then it says itself what it is called. */
  private arePlain: boolean;

  constructor(
    readonly accumulators: readonly Accumulator[],
    private readonly isSingle: boolean,
  ) {
    this.arePlain = isSingle;
  }

  get size(): number {
    return this.unread + this.keys.length;
  }

  /** The slot of a group, which is opened when there is none yet. */
  slotOf(key: SqlValue | SqlValue[]): number {
    const packed = this.packed !== undefined && typeof key === 'string' ? this.packed.find(key) : -1;
    if (packed >= 0) return packed;
    const handle = this.handle(key);
    const index = this.index();
    let slot = index.get(handle);
    if (slot === undefined) {
      slot = this.open(key);
      index.set(handle, slot);
      this.numbered = undefined;
    }
    return slot;
  }

  /**
   * The same for a text with a number (values/text-numbers.ts). As long as all keys came with numbers of one source, a number that is new is a new key, and no index is
   * needed.
   */
  slotOfText(source: object, number: number, key: string): number {
    if (this.size === 0) this.numbered = { source, slots: new Int32Array(FEW).fill(-1) };
    const { numbered } = this;
    if (numbered?.source !== source) return this.slotOf(key);
    if (number >= numbered.slots.length) numbered.slots = grown(numbered.slots, number);
    let slot = numbered.slots[number] as number;
    if (slot < 0) {
      slot = this.open(key);
      this.slots?.set(this.handle(key), slot);
      numbered.slots[number] = slot;
    }
    return slot;
  }

  private open(key: SqlValue | SqlValue[]): number {
    const slot = this.unread + this.keys.push(key) - 1;
    this.arePlain &&= isPlain(key);
    for (let i = 0; i < this.accumulators.length; i++) (this.accumulators[i] as Accumulator).open();
    return slot;
  }

  private handle(key: SqlValue | SqlValue[]): SqlValue {
    // A text that begins with the mark could be taken for another key's.
    if (this.isSingle && (typeof key === 'number' ? Math.abs(key) < LARGE : typeof key === 'string' && key.charCodeAt(0) !== 0)) return key;
    return `\0${keyOf(this.valuesOf(key))}`;
  }

  private index(): Map<SqlValue, number> {
    if (!this.slots) {
      this.slots = new Map();
      for (let slot = this.packed?.size ?? 0; slot < this.size; slot++) this.slots.set(this.handle(this.keys[slot - this.unread] as SqlValue), slot);
    }
    return this.slots;
  }

  private all(): (SqlValue | SqlValue[])[] {
    if (this.unread > 0) this.keys = [...(this.packed as PackedTexts).toArray(), ...this.keys];
    this.unread = 0;
    return this.keys;
  }

  private valuesOf(key: SqlValue | SqlValue[]): SqlValue[] {
    return this.isSingle ? [key as SqlValue] : (key as SqlValue[]);
  }

  values(slot: number): SqlValue[] {
    return this.valuesOf(this.all()[slot] as SqlValue);
  }

  /** Puts the values of a group's key behind what is in the list. */
  keyInto(slot: number, into: SqlValue[]): void {
    const key = this.all()[slot] as SqlValue | SqlValue[];
    if (this.isSingle) into.push(key as SqlValue);
    else into.push(...(key as SqlValue[]));
  }

  /** Adds groups of another table; `slots`: which; default all. */
  merge(from: GroupTable, slots?: readonly number[]): void {
    if (this.size === 0 && !slots) return this.adopt(from);
    const keys = from.all();
    const count = slots?.length ?? keys.length;
    for (let k = 0; k < count; k++) {
      const other = slots ? (slots[k] as number) : k;
      const slot = this.slotOf(keys[other] as SqlValue);
      for (let i = 0; i < this.accumulators.length; i++) (this.accumulators[i] as Accumulator).merge(slot, from.accumulators[i] as Accumulator, other);
    }
  }

  private adopt(from: GroupTable): void {
    const { accumulators } = from;
    this.keys = from.all().slice();
    this.packed = undefined;
    this.arePlain = from.arePlain;
    this.numbered = undefined;
    this.slots = undefined;
    for (let i = 0; i < accumulators.length; i++) (this.accumulators[i] as Accumulator).copyFrom(accumulators[i] as Accumulator);
  }

  /**
   * The texts of the groups' keys, by slot: what groups are told apart and put in order by, so that nothing depends on which row came first. All of them begin with
   * `prefix`, which `texts` are without.
   */
  keyTexts(): { prefix: string; texts: readonly string[] } {
    return this.arePlain ? { prefix: PLAIN_PREFIX, texts: this.all() as string[] } : { prefix: '', texts: this.all().map((key) => keyOf(this.valuesOf(key))) };
  }

  snapshot(blocks?: NewBlocks): unknown {
    return [this.encodeKeys(blocks), this.accumulators.map((accumulator) => accumulator.snapshot(blocks))];
  }

  /** As a list of texts in blocks, as the texts with something between them that none of them has, or one by one. */
  private encodeKeys(blocks: NewBlocks | undefined): EncodedKeys {
    const keys = this.all();
    if (this.arePlain && blocks?.takes(keys.length)) return { packed: packTexts(keys as string[], blocks) };
    const joined = this.arePlain ? keys.join(SEPARATOR) : '';
    return keys.length > 0 && joined !== '' && isCount(joined, keys.length) ? joined : keys.map((key) => this.valuesOf(key).map(encodeValue));
  }

  restore(data: unknown, blocks?: Blocks): void {
    const [keys, states] = data as [EncodedKeys, unknown[]];
    this.packed = undefined;
    this.unread = 0;
    this.slots = undefined;
    this.numbered = undefined;
    if (typeof keys !== 'string' && 'packed' in keys) this.unpack(new PackedTexts(keys.packed, blocks as Blocks));
    else {
      this.keys = typeof keys === 'string' ? keys.split(SEPARATOR) : keys.map((values) => (this.isSingle ? decodeValue(values[0]) : values.map(decodeValue)));
      this.arePlain = this.isSingle && this.keys.every(isPlain);
    }
    this.accumulators.forEach((accumulator, i) => accumulator.restore(states[i], blocks));
  }

  private unpack(packed: PackedTexts): void {
    this.packed = packed;
    this.unread = packed.size;
    this.keys = [];
    this.arePlain = true;
  }
}

type EncodedKeys = string | unknown[][] | { packed: EncodedTexts };

/** What values/key.ts puts before a text. */
const PLAIN_PREFIX = keyOf(['']);

function isPlain(key: SqlValue | SqlValue[]): boolean {
  return typeof key === 'string' && !/[\u001e\u001f]/.test(key);
}

/** How many numbers there is room for at first. */
const FEW = 64;

function grown(slots: Int32Array, number: number): Int32Array {
  const larger = new Int32Array(Math.max(number + 1, slots.length * 2)).fill(-1);
  larger.set(slots);
  return larger;
}

/** Whether a text consists of so many parts. */
function isCount(joined: string, parts: number): boolean {
  let count = 1;
  for (let at = joined.indexOf(SEPARATOR); at >= 0; at = joined.indexOf(SEPARATOR, at + 1)) count++;
  return count === parts;
}
