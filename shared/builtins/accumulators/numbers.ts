/** How whole numbers are written where all are below the limit, of either sign: the first that does. */
const WIDTHS = [
  { mark: 'b', limit: 2 ** 7, List: Int8Array },
  { mark: 'w', limit: 2 ** 15, List: Int16Array },
  { mark: 'l', limit: 2 ** 31, List: Int32Array },
] as const;
const WIDEST = 2 ** 31;
const DOUBLES = 'd';
const REPEATED = '=';

/**
 * A growing list of doubles in one piece of memory. As text: a letter for the form, and its bytes (little-endian) in base64, which is as exact and a tenth of the time of decimal
 * digits; or how often a number is repeated, where all are the same: `=3:0`.
 */
export class Numbers {
  values = new Float64Array(16);
  length = 0;

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

  encode(): string {
    const values = this.values.subarray(0, this.length);
    const [first = 0] = values;
    let [top, isWhole, isRepeated] = [0, true, Number.isFinite(first)];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (isRepeated && !Object.is(value, first)) isRepeated = false;
      const size = Math.abs(value);
      if (isWhole && (size >= WIDEST || value !== Math.floor(value) || Object.is(value, -0))) isWhole = false;
      if (!isWhole && !isRepeated) break;
      if (size > top) top = size;
    }
    if (isRepeated && this.length > 1) return `${REPEATED}${this.length}:${Object.is(first, -0) ? '-0' : first}`;
    const width = isWhole ? WIDTHS.find(({ limit }) => top < limit) : undefined;
    return width ? width.mark + base64(width.List.from(values)) : DOUBLES + base64(values);
  }

  static decode(text: string): Numbers {
    const numbers = new Numbers();
    if (text.startsWith(REPEATED)) {
      const [length, value] = text.slice(1).split(':').map(Number);
      numbers.length = length as number;
      numbers.values = new Float64Array(Math.max(16, numbers.length)).fill(value as number);
      return numbers;
    }
    const List = WIDTHS.find(({ mark }) => text.startsWith(mark))?.List ?? Float64Array;
    const bytes = Buffer.from(text.slice(1), 'base64');
    const list = new List(new Uint8Array(bytes).buffer);
    numbers.length = list.length;
    numbers.values = new Float64Array(Math.max(16, numbers.length));
    numbers.values.set(list);
    return numbers;
  }
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
