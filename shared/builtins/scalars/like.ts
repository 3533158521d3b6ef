import { TEXT, type ScalarFunction } from '../scalar';
import { likePattern } from './like-pattern';

/** `text LIKE pattern [ESCAPE c]`: the whole text must match; case does not matter, as for `=`. */
export const like: ScalarFunction = {
  name: 'like',
  parameters: [{ name: 'text', types: TEXT }, { name: 'pattern', types: TEXT }, { name: 'escape', types: TEXT, optional: true }],
  result: 'bit',
  evaluate: (text: string, pattern: string, escape?: string) => likePattern(pattern, escape ?? null, true).test(text),
};
