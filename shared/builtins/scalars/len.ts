import { TEXT, type ScalarFunction } from '../scalar';

/** Characters without trailing blanks. */
export const len: ScalarFunction = {
  name: 'len',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'bigint',
  evaluate: (text: string) => text.replace(/ +$/, '').length,
};
