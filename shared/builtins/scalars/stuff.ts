import { INTEGER, TEXT, type ScalarFunction } from '../scalar';
import { length } from './text-length';

/** STUFF(text, start, length, insert): 1-based; a start beyond the end gives empty text, below 1 starts at the first character. */
export const stuff: ScalarFunction = {
  name: 'stuff',
  parameters: [{ name: 'text', types: TEXT }, { name: 'start', types: INTEGER }, { name: 'length', types: INTEGER }, { name: 'insert', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string, start: number, count: number, insert: string) => {
    const n = length('stuff', '3rd', count);
    if (start > text.length) return '';
    const from = Math.max(0, Number(start) - 1);
    return text.slice(0, from) + insert + text.slice(from + n);
  },
};
