import { nearest } from '../compiler/diagnostics';

/** "; did you mean 'x'?" when a known name is near enough. */
export function nearestName(name: string, known: readonly string[]): string {
  const found = nearest(name, known);
  return found ? ` (did you mean '${found}'?)` : '';
}
