import { QueryError } from '../../errors';

/** A length argument; negative ones are an error of the query. */
export function length(fn: string, position: string, value: number): number {
  if (value >= 0) return Number(value);
  throw new QueryError('invalid-argument-value', `The ${position} argument of function ${fn} is ${value}; it must not be negative.`);
}
