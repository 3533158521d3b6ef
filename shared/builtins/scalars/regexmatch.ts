import { TEXT, type ScalarFunction } from '../scalar';

/** REGEXMATCH(text, pattern): position of the first match from 1, else 0; ECMAScript, case does not matter; a bad pattern never matches. */
export const regexmatch: ScalarFunction = {
  name: 'regexmatch',
  parameters: [{ name: 'text', types: TEXT }, { name: 'pattern', types: TEXT }],
  result: 'bigint',
  evaluate: (text: string, pattern: string) => {
    const compiled = compile(pattern);
    return compiled === null ? 0 : text.search(compiled) + 1;
  },
};

const cache = new Map<string, RegExp | null>();

function compile(pattern: string): RegExp | null {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  let compiled: RegExp | null = null;
  try {
    compiled = new RegExp(pattern, 'i');
  } catch {
    // The language answers 0 for an invalid pattern.
  }
  if (cache.size > 500) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}
