import { TEXT, type ScalarFunction } from '../scalar';
import { likePattern } from './like-pattern';

/** PATINDEX('%pattern%', text): where the pattern first matches, from 1; 0 if nowhere. Without a leading % it must match at the start, likewise at the end. */
export const patindex: ScalarFunction = {
  name: 'patindex',
  parameters: [{ name: 'pattern', types: TEXT }, { name: 'text', types: TEXT }],
  result: 'bigint',
  evaluate: (pattern: string, text: string) => {
    const inner = pattern.replace(/^%|%$/g, '');
    if (!likePattern(pattern, null, true).test(text)) return 0;
    if (!pattern.startsWith('%')) return 1;
    const search = pattern.endsWith('%') ? likePattern(inner, null, false) : new RegExp(`${likePattern(inner, null, false).source}$`, 'isu');
    return text.search(search) + 1;
  },
};
