import { TEXT, type ScalarFunction } from '../scalar';
import { WHITE_SPACE } from './ltrim';

const SPACE = new RegExp(WHITE_SPACE);

/** From the end, character by character: a pattern `\s+$` would take quadratic time on long runs of blanks. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

export const rtrim: ScalarFunction = {
  name: 'rtrim',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: trimEnd,
};
