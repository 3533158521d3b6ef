import { INTEGER, TEXT, type ScalarFunction } from '../scalar';
import { length } from './text-length';

/** SUBSTRING(text, start, length): 1-based; what lies before the first character counts into the length. */
export const substring: ScalarFunction = {
  name: 'substring',
  parameters: [{ name: 'text', types: TEXT }, { name: 'start', types: INTEGER }, { name: 'length', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (text: string, start: number, count: number) => {
    const end = Number(start) - 1 + length('substring', '3rd', count);
    return text.slice(Math.max(0, Number(start) - 1), Math.max(0, end));
  },
};
