import type { SqlValue } from './value';

/** Numbers of the texts of a column, in which each value is a text: the same number is the same text, as long as the source is the same object. Whole, from 0, and close together. */
export interface TextNumbers {
  source: object;
  numbers: Int32Array;
}

/** Beside the columns, for few who make or read them know of it; and only in the process in which events were read. */
const known = new WeakMap<readonly SqlValue[], TextNumbers>();

export function noteTextNumbers(column: readonly SqlValue[], numbers: TextNumbers): void {
  known.set(column, numbers);
}

export function textNumbersOf(column: readonly SqlValue[]): TextNumbers | undefined {
  return known.get(column);
}

/** Of a column that has only these places of another. */
export function pickTextNumbers(column: readonly SqlValue[], from: readonly SqlValue[], places: readonly number[]): void {
  const all = known.get(from);
  if (all) known.set(column, { source: all.source, numbers: Int32Array.from(places, (i) => all.numbers[i] as number) });
}
