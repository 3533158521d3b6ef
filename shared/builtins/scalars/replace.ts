import { TEXT, type ScalarFunction } from '../scalar';

/** REPLACE(text, pattern, replacement): every occurrence; an empty pattern changes nothing. */
export const replace: ScalarFunction = {
  name: 'replace',
  parameters: [{ name: 'text', types: TEXT }, { name: 'pattern', types: TEXT }, { name: 'replacement', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string, pattern: string, replacement: string) => (pattern === '' ? text : text.split(pattern).join(replacement)),
};
