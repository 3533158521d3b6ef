import { QueryError } from '../errors';
import { toTicks } from '../values/compare';
import { DateTime, typeOf, type SqlType, type SqlValue } from '../values/value';
import type { Parameter, ScalarFunction } from './scalar';

type Check = (value: SqlValue) => SqlValue;

/** Adds the NULL rule and the type check to a function's bare meaning. */
export function bindScalar(fn: ScalarFunction): (...args: SqlValue[]) => SqlValue {
  const evaluate = fn.evaluate as (...args: SqlValue[]) => SqlValue;
  const checks = fn.parameters.map((parameter, i) => checkOf(fn.name, parameter, i + 1));
  const handled = fn.nulls === 'handled';
  if (handled && checks.every((check) => check === undefined)) return evaluate;
  const isFixed = fn.parameters.every(({ optional, repeated }) => !optional && !repeated);
  if (!handled && isFixed && checks.length === 2) return bindTwo(evaluate, checks);
  if (!handled && isFixed && checks.length === 3) return bindThree(evaluate, checks);
  return (...args) => {
    for (let i = 0; i < args.length; i++) {
      const value = args[i] as SqlValue;
      if (value === null) {
        if (!handled) return null;
        continue;
      }
      const check = checks[Math.min(i, checks.length - 1)];
      if (check) args[i] = check(value);
    }
    return evaluate(...args);
  };
}

type Checks = readonly (Check | undefined)[];

/** As {@link bindScalar} for two arguments, without a list of them. */
function bindTwo(evaluate: (...args: SqlValue[]) => SqlValue, [first, second]: Checks): (...args: SqlValue[]) => SqlValue {
  return (a = null, b = null) => {
    if (a === null) return null;
    const x = first ? first(a) : a;
    if (b === null) return null;
    return evaluate(x, second ? second(b) : b);
  };
}

function bindThree(evaluate: (...args: SqlValue[]) => SqlValue, [first, second, third]: Checks): (...args: SqlValue[]) => SqlValue {
  return (a = null, b = null, c = null) => {
    if (a === null) return null;
    const x = first ? first(a) : a;
    if (b === null) return null;
    const y = second ? second(b) : b;
    if (c === null) return null;
    return evaluate(x, y, third ? third(c) : c);
  };
}

function checkOf(name: string, parameter: Parameter, position: number): Check | undefined {
  if (parameter.types === 'any' || parameter.keyword) return undefined;
  const types: readonly SqlType[] = parameter.types;
  return (value) => {
    const type = typeOf(value) as SqlType;
    if (types.includes(type)) return value;
    // A whole float is a bigint by its shape alone; text that is a datetime is one where only a datetime will do.
    if (type === 'bigint' && types.includes('float')) return value;
    if (type === 'nvarchar(max)' && types.includes('datetime')) return timeOf(name, value, position);
    throw invalidType(name, position, type, types);
  };
}

function timeOf(name: string, value: SqlValue, position: number): DateTime {
  const ticks = toTicks(value);
  if (ticks !== undefined) return new DateTime(ticks);
  throw new QueryError('invalid-argument-value', `The ${ordinal(position)} argument of function ${name} is not a datetime: '${String(value).slice(0, 60)}'. Write it in ISO 8601, for example '2024-05-01T10:00:00Z'.`);
}

function invalidType(name: string, position: number, type: SqlType, types: readonly SqlType[]): QueryError {
  const allowed = types.map((t) => `'${t}'`).join(', ');
  return new QueryError('invalid-argument-type', `The ${ordinal(position)} argument of function ${name} has invalid type '${type}'. Only ${allowed} is allowed. Convert it first: TRY_CAST(… AS ${types[0]}).`);
}

function ordinal(n: number): string {
  return `${n}${n === 1 ? 'st' : n === 2 ? 'nd' : n === 3 ? 'rd' : 'th'}`;
}
