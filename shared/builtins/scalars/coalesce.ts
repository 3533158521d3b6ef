import type { SqlValue, StaticType } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** The first argument that is not NULL. */
export const coalesce: ScalarFunction = {
  name: 'coalesce',
  parameters: [{ name: 'first', types: 'any' }, { name: 'second', types: 'any' }, { name: 'more', types: 'any', optional: true, repeated: true }],
  result: (args: readonly StaticType[]) => {
    const known = args.filter((type) => type !== 'null');
    return known.every((type) => type === known[0]) ? (known[0] ?? 'null') : 'any';
  },
  nulls: 'handled',
  evaluate: (...args: SqlValue[]) => args.find((value) => value !== null) ?? null,
};
