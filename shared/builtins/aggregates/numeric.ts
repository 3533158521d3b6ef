import { QueryError } from '../../errors';
import { typeOf, type SqlValue } from '../../values/value';

/** A number for an aggregate: text that is a number is converted, as the language's implicit cast to float does. */
export function numeric(fn: string, value: SqlValue): number | bigint {
  // Adding 0 turns -0, which JSON does not keep, into 0.
  if (typeof value === 'number') return value + 0;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const n = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (Number.isFinite(n)) return n;
  throw new QueryError('invalid-argument-type', `The 1st argument of function ${fn} has invalid type '${typeOf(value)}'. Only 'bigint', 'float' is allowed. Convert it first: TRY_CAST(… AS float).`);
}
