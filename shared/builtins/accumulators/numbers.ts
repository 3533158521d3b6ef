import type { Blocks, NewBlocks } from '../../values/blocks';

/** How whole numbers are written: the first that has as many bits as they take. */
const WIDTHS = [
  { mark: 'b', bits: 8, List: Int8Array },
  { mark: 'w', bits: 16, List: Int16Array },
  { mark: 'l', bits: 32, List: Int32Array },
] as const;
const DOUBLES = 'd';
const REPEATED = '=';

/** As text, or as the letter of its form and the number of the block that has its bytes. */
export type PackedNumbers = string | [form: string, block: number];

/**
 * A growing list of doubles in one piece of memory. As text: a letter for the form, and its bytes (little-endian) in base64, which is as exact and a tenth of the time of decimal
 * digits; or how often a number is repeated, where all are the same: `=3:0`.
 */
export class Numbers {
  values = new Float64Array(16);
  length = 0;

  /** A list of so many, which are 0 until they are set. */
  static zeros(length: number): Numbers {
    const numbers = new Numbers();
    numbers.length = length;
    numbers.values = new Float64Array(Math.max(16, length));
    return numbers;
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  copy(): Numbers {
    const numbers = new Numbers();
    numbers.length = this.length;
    numbers.values = this.values.slice();
    return numbers;
  }

  encode(blocks?: NewBlocks): PackedNumbers {
    const values = this.values.subarray(0, this.length);
    const [first = 0] = values;
    if (this.length > 1 && isRepeated(values)) return `${REPEATED}${this.length}:${Object.is(first, -0) ? '-0' : first}`;
    const { form, list } = shortest(values);
    return blocks?.takes(this.length) ? [form, blocks.add(list)] : form + base64(list);
  }

  static decode(packed: PackedNumbers, blocks?: Blocks): Numbers {
    if (typeof packed !== 'string') return Numbers.of(packed[0], (blocks as Blocks).get(packed[1]));
    if (!packed.startsWith(REPEATED)) return Numbers.of(packed.slice(0, 1), Buffer.from(packed.slice(1), 'base64'));
    const [length, value] = packed.slice(1).split(':').map(Number);
    const numbers = Numbers.zeros(length as number);
    numbers.values.fill(value as number);
    return numbers;
  }

  private static of(form: string, bytes: Uint8Array): Numbers {
    const List = WIDTHS.find(({ mark }) => mark === form)?.List;
    const numbers = Numbers.zeros(bytes.length / (List ?? Float64Array).BYTES_PER_ELEMENT);
    // A list cannot begin anywhere in memory: its bytes are moved to where one can.
    if (List) numbers.values.set(new List(new Uint8Array(bytes).buffer));
    else new Uint8Array(numbers.values.buffer).set(bytes);
    return numbers;
  }
}

function shortest(values: Float64Array): { form: string; list: ArrayBufferView } {
  const found = values.length > 0 ? wholesOf(values) : undefined;
  const width = found && WIDTHS.find(({ bits }) => bits >= found.bits);
  return width ? { form: width.mark, list: width.bits === 32 ? found.wholes : new width.List(found.wholes) } : { form: DOUBLES, list: values };
}

/** Whether all are the first, bit by bit, and JSON can tell it. */
function isRepeated(values: Float64Array): boolean {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  // Each is the one before it.
  return Number.isFinite(values[0]) && bytes.subarray(values.BYTES_PER_ELEMENT).equals(bytes.subarray(0, -values.BYTES_PER_ELEMENT));
}

/** Whole numbers of 32 bits as such, and how many bits of either sign they take; undefined when there are others. */
function wholesOf(values: Float64Array): { wholes: Int32Array; bits: number } | undefined {
  if (!isWhole(values[0] as number)) return undefined;
  const wholes = new Int32Array(values.length);
  let bits = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const whole = value | 0;
    if (whole !== value || (whole === 0 && Object.is(value, -0))) return undefined;
    wholes[i] = whole;
    bits |= whole ^ (whole >> 31);
  }
  return { wholes, bits: 33 - Math.clz32(bits) };
}

const isWhole = (value: number): boolean => (value | 0) === value;

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
