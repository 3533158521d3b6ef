import { randomUUID } from 'node:crypto';
import type { RpcTypedData } from '../contract';
import { toValue } from '../typed-data';
import { formatDate } from './date-format';

/** What binding expressions can refer to in one invocation. */
export interface BindingSource {
  functionName: string;
  /** Milliseconds since the epoch. */
  now: number;
  metadata: Record<string, RpcTypedData>;
  /** The trigger's JSON payload, parsed on first use: its properties can be named, too. */
  payload?: () => unknown;
}

const EXPRESSION = /\{([^{}]+)\}/g;

/**
 * Replaces every `{expression}` in `template`.
 *
 *     "out/{sys.methodName}/{datetime:yyyy-MM-dd}/{PartitionContext.PartitionId}-{rand-guid}.json"
 *
 * Names ignore case; dots go into objects. Throws an Error with the names that exist when one is not found.
 */
export function resolveExpressions(template: string, source: BindingSource): string {
  return template.replace(EXPRESSION, (_whole, expression: string) => resolveExpression(expression.trim(), source));
}

function resolveExpression(expression: string, source: BindingSource): string {
  const colon = expression.indexOf(':');
  const name = (colon < 0 ? expression : expression.slice(0, colon)).trim();
  const format = colon < 0 ? undefined : expression.slice(colon + 1);
  switch (name.toLowerCase()) {
    case 'rand-guid':
    case 'sys.randguid':
      return formatGuid(randomUUID(), format);
    case 'datetime':
      return formatDate(source.now, format ?? 'yyyy-MM-ddTHH-mm-ssK');
    case 'sys.utcnow':
      return formatDate(source.now, format ?? 'o');
    case 'sys.methodname':
      return source.functionName;
    default:
      return render(lookUp(name, source), format);
  }
}

function lookUp(name: string, source: BindingSource): unknown {
  const path = name.split('.');
  const found = walk(metadataRoot(path[0]!, source.metadata), path) ?? walk(source.payload?.(), path);
  if (found !== undefined && found !== null) return found;
  const known = ['rand-guid', 'DateTime', 'sys.utcNow', 'sys.methodName', ...Object.keys(source.metadata)];
  throw new Error(`The binding expression {${name}} of function "${source.functionName}" has no value. Known here: ${known.join(', ')}.`);
}

/** Only the member that the path starts with is decoded: the arrays of a batch can be large. */
function metadataRoot(first: string, metadata: Record<string, RpcTypedData>): Record<string, unknown> {
  const key = findKey(metadata, first);
  return key === undefined ? {} : { [key]: parsed(toValue(metadata[key])) };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function walk(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => {
    if (typeof at !== 'object' || at === null) return undefined;
    const key = findKey(at, name);
    return key === undefined ? undefined : (at as Record<string, unknown>)[key];
  }, root);
}

function findKey(object: object, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  return Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
}

function render(value: unknown, format: string | undefined): string {
  if (format !== undefined && typeof value === 'string') {
    const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
    if (!Number.isNaN(time)) return formatDate(time, format);
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** N: digits only; D (the default): with hyphens; B, P: in braces, in parentheses. */
function formatGuid(guid: string, format: string | undefined): string {
  switch (format?.toUpperCase()) {
    case 'N':
      return guid.replaceAll('-', '');
    case 'B':
      return `{${guid}}`;
    case 'P':
      return `(${guid})`;
    default:
      return guid;
  }
}
