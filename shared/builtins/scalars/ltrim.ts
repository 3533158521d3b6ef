import { TEXT, type ScalarFunction } from '../scalar';

/** Unicode White_Space, which has U+0085 and lacks U+FEFF, unlike `\s`. */
export const WHITE_SPACE = '[\\t-\\r\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const LEADING = new RegExp(`^${WHITE_SPACE}`);

export const ltrim: ScalarFunction = {
  name: 'ltrim',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string) => text.replace(LEADING, ''),
};
