import { QueryError } from '../../errors';
import { INTEGER, TEXT, type ScalarFunction } from '../scalar';

/** The longest text that REPLICATE and SPACE make: more would be a way to exhaust memory. */
export const MAX_TEXT = 1_048_576;

export function repeat(text: string, times: number, fn: string): string | null {
  if (times < 0) return null;
  if (text.length * Number(times) > MAX_TEXT) throw new QueryError('invalid-argument-value', `The result of function ${fn} would be longer than ${MAX_TEXT} characters.`);
  return text.repeat(Number(times));
}

export const replicate: ScalarFunction = {
  name: 'replicate',
  parameters: [{ name: 'text', types: TEXT }, { name: 'times', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (text: string, times: number) => repeat(text, times, 'replicate'),
};
