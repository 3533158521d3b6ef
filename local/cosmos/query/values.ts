/** Values of the dialect are JSON or `undefined`; what has no meaning is undefined and drops out of results. */
export type Value = unknown;

const RANK: Record<string, number> = { undefined: 0, null: 1, boolean: 2, number: 3, string: 4, array: 5, object: 6 };

export function typeOf(value: Value): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** The order of ORDER BY: by type, then by value. */
export function order(a: Value, b: Value): number {
  const [x, y] = [typeOf(a), typeOf(b)];
  if (x !== y) return (RANK[x] ?? 0) - (RANK[y] ?? 0);
  if (x === 'number' || x === 'boolean') return Number(a) - Number(b);
  return x === 'string' ? ((a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0) : 0;
}

export function same(a: Value, b: Value): boolean {
  return typeOf(a) === typeOf(b) && canonical(a) === canonical(b);
}

/** JSON with members in the order of their names. */
export function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, unknown>;
    return `{${Object.keys(object).sort().map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`).join(',')}}`;
  }
  return value === undefined ? 'undefined' : JSON.stringify(value);
}

export function isObject(value: Value): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
