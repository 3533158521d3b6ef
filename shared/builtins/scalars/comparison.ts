import { compare } from '../../values/compare';
import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** A comparison is unknown (NULL) when a side is NULL, and false when the two cannot be compared. */
export function comparison(name: string, holds: (order: number) => boolean): ScalarFunction {
  return {
    name,
    parameters: [{ name: 'left', types: 'any' }, { name: 'right', types: 'any' }],
    result: 'bit',
    nulls: 'handled',
    evaluate: (a: SqlValue, b: SqlValue): SqlValue => {
      if (a === null || b === null) return null;
      const order = compare(a, b);
      return order === null ? false : holds(order);
    },
  };
}
