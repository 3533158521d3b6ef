import { INTEGER, type ScalarFunction } from '../scalar';

/** The character of a code point, NULL outside Unicode. */
export const nchar: ScalarFunction = {
  name: 'nchar',
  parameters: [{ name: 'code', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (code: number) => (code >= 0 && code <= 0x10ffff ? String.fromCodePoint(Number(code)) : null),
};
