import { QueryError } from '../../errors';
import { TEXT, type ScalarFunction } from '../scalar';

/** TRANSLATE(text, from, to): each character of `from` becomes the one at the same place of `to`; every character is replaced once. */
export const translate: ScalarFunction = {
  name: 'translate',
  parameters: [{ name: 'text', types: TEXT }, { name: 'from', types: TEXT }, { name: 'to', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string, from: string, to: string) => {
    const source = [...from];
    const target = [...to];
    if (source.length !== target.length) throw new QueryError('invalid-argument-value', `The 2nd and 3rd argument of function translate must be of the same length; they have ${source.length} and ${target.length} characters.`);
    return [...text].map((c) => (source.includes(c) ? target[source.indexOf(c)] : c)).join('');
  },
};
