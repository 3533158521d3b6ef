import type { Accumulator } from '../../builtins/accumulator';
import { decodeValue, encodeValue } from '../../values/codec';
import { keyOf } from '../../values/key';
import type { SqlValue } from '../../values/value';

/** A text that no key of a group is likely to hold, so that keys that are texts can be kept as one. */
const SEPARATOR = '\u007f';

/** From here on a number and a bigint may be one key. */
const LARGE = 2 ** 53;

/** The groups of one pane: a slot per key, and the state of each aggregate by slot. */
export class GroupTable {
  /** Keys by slot. A key of one value is that value. */
  private keys: (SqlValue | SqlValue[])[] = [];
  /** Slots by key: a text or number stands for itself, any other key is told by its text (values/key.ts) behind a mark. Made when it is asked for. */
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
    return this.keys.length;
  }

  /** The slot of a group, which is opened when there is none yet. */
  slotOf(key: SqlValue | SqlValue[]): number {
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
    if (this.keys.length === 0) this.numbered = { source, slots: new Int32Array(FEW).fill(-1) };
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
    const slot = this.keys.push(key) - 1;
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
      for (let slot = 0; slot < this.keys.length; slot++) this.slots.set(this.handle(this.keys[slot] as SqlValue), slot);
    }
    return this.slots;
  }

  private valuesOf(key: SqlValue | SqlValue[]): SqlValue[] {
    return this.isSingle ? [key as SqlValue] : (key as SqlValue[]);
  }

  values(slot: number): SqlValue[] {
    return this.valuesOf(this.keys[slot] as SqlValue);
  }

  /** Puts the values of a group's key behind what is in the list. */
  keyInto(slot: number, into: SqlValue[]): void {
    const key = this.keys[slot] as SqlValue | SqlValue[];
    if (this.isSingle) into.push(key as SqlValue);
    else into.push(...(key as SqlValue[]));
  }

  /** Adds groups of another table; `slots`: which; default all. */
  merge(from: GroupTable, slots?: readonly number[]): void {
    if (this.keys.length === 0 && !slots) return this.adopt(from);
    const count = slots?.length ?? from.keys.length;
    for (let k = 0; k < count; k++) {
      const other = slots ? (slots[k] as number) : k;
      const slot = this.slotOf(from.keys[other] as SqlValue);
      for (let i = 0; i < this.accumulators.length; i++) (this.accumulators[i] as Accumulator).merge(slot, from.accumulators[i] as Accumulator, other);
    }
  }

  private adopt({ keys, arePlain, accumulators }: GroupTable): void {
    this.keys = keys.slice();
    this.arePlain = arePlain;
    this.numbered = undefined;
    this.slots = undefined;
    for (let i = 0; i < accumulators.length; i++) (this.accumulators[i] as Accumulator).copyFrom(accumulators[i] as Accumulator);
  }

  /**
   * The texts of the groups' keys, by slot: what groups are told apart and put in order by, so that nothing depends on which row came first. All of them begin with
   * `prefix`, which `texts` are without.
   */
  keyTexts(): { prefix: string; texts: readonly string[] } {
    return this.arePlain ? { prefix: PLAIN_PREFIX, texts: this.keys as string[] } : { prefix: '', texts: this.keys.map((key) => keyOf(this.valuesOf(key))) };
  }

  snapshot(): unknown {
    const joined = this.arePlain ? this.keys.join(SEPARATOR) : '';
    const keys = this.keys.length > 0 && joined !== '' && isCount(joined, this.keys.length) ? joined : this.keys.map((_, slot) => this.values(slot).map(encodeValue));
    return [keys, this.accumulators.map((accumulator) => accumulator.snapshot())];
  }

  restore(data: unknown): void {
    const [keys, states] = data as [string | unknown[][], unknown[]];
    this.keys = typeof keys === 'string' ? keys.split(SEPARATOR) : keys.map((values) => (this.isSingle ? decodeValue(values[0]) : values.map(decodeValue)));
    this.slots = undefined;
    this.numbered = undefined;
    this.arePlain = this.isSingle && this.keys.every(isPlain);
    this.accumulators.forEach((accumulator, i) => accumulator.restore(states[i]));
  }
}

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
