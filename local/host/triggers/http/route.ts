import { parseConstraints } from './route-constraints';

/** A compiled route template. */
export interface Route {
  template: string;
  /** The parameters when `path` (without leading slash, still percent-encoded) matches; null otherwise. */
  match(path: string): Record<string, string> | null;
  /** Sorts before routes that are less specific: per segment, literal < constrained < parameter < catch-all. */
  rank: string;
}

interface Parameter {
  name: string;
  fallback: string | undefined;
  checks: ((value: string) => boolean)[];
}

/** `{name}`, `{name:int:min(1)}`, `{name?}`, `{name=default}`, `{*rest}`. */
const PARAMETER = /\{(\*{0,2})(\w+)((?::\w+(?:\([^)]*\))?)*)(?:=([^}?]*))?(\?)?\}/g;

/**
 * Compiles a route template with the rules of ASP.NET routing; matching ignores case.
 *
 *     "devices/{id:int}/files/{*path}"   "devices/7/files/a/b" -> {id: '7', path: 'a/b'}
 */
export function compileRoute(template: string): Route {
  const parameters: Parameter[] = [];
  const segments = template.replace(/^\/+|\/+$/g, '').split('/').filter((segment) => segment !== '');
  const compiled = segments.map((segment) => compileSegment(segment, template, parameters));
  const source = compiled.map(({ pattern, optional }, index) => {
    const slash = index === 0 ? '' : '/';
    return optional ? `(?:${slash}${pattern})?` : slash + pattern;
  });
  const pattern = new RegExp(`^${source.join('')}/?$`, 'i');
  return { template, rank: compiled.map(({ rank }) => rank).join(''), match: (path) => matchRoute(pattern, parameters, path) };
}

function matchRoute(pattern: RegExp, parameters: readonly Parameter[], path: string): Record<string, string> | null {
  const match = pattern.exec(path);
  if (match === null) return null;
  const values: Record<string, string> = {};
  for (const [index, { name, fallback, checks }] of parameters.entries()) {
    const text = match[index + 1];
    if (text === undefined || text === '') {
      if (fallback !== undefined) values[name] = fallback;
      continue;
    }
    const value = decode(text);
    if (!checks.every((check) => check(value))) return null;
    values[name] = value;
  }
  return values;
}

function compileSegment(segment: string, template: string, parameters: Parameter[]): { pattern: string; optional: boolean; rank: string } {
  let optional = false;
  let catchAll = false;
  let constrained = false;
  let end = 0;
  let pattern = '';
  for (const match of segment.matchAll(PARAMETER)) {
    const [whole, stars, name, constraints, fallback, question] = match;
    pattern += escapeRegExp(segment.slice(end, match.index)) + (stars === '' ? '([^/]+?)' : '(.*)');
    end = match.index + whole.length;
    parameters.push({ name: name!, fallback, checks: parseConstraints(constraints!, template) });
    catchAll ||= stars !== '';
    constrained ||= constraints !== '';
    optional ||= (question !== undefined || fallback !== undefined || stars !== '') && whole === segment;
  }
  const rest = segment.slice(end);
  if (/[{}]/.test(rest)) throw new Error(`The route "${template}" has a parameter that cannot be read: "${rest}". Write it as {name}, {name:int}, {name?} or {*rest}.`);
  const literal = pattern === '';
  const mixed = rest !== '' || !segment.startsWith('{');
  const rank = literal ? '1' : catchAll ? (constrained ? '4' : '5') : constrained || mixed ? '2' : '3';
  return { pattern: pattern + escapeRegExp(rest), optional, rank };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
