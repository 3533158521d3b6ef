import { QueryError } from '../../errors';
import { int64 } from '../../values/convert';
import { typeOf, type SqlValue, type StaticType } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** What an arithmetic operator does to two doubles and to two 64-bit integers. */
export interface Arithmetic {
  symbol: string;
  float: (a: number, b: number) => number;
  integer: (a: bigint, b: bigint) => bigint;
  /** Result of a float operation on safe integers is exact whenever it is a safe integer itself. */
  exactOnSafeIntegers: boolean;
}

/** bigint with bigint is bigint, with a float float; both unknown: decided per row. */
export function arithmeticType([a, b]: readonly StaticType[]): StaticType {
  if (a === 'float' || b === 'float') return 'float';
  const whole = (type: StaticType | undefined): boolean => type === 'bigint' || type === 'bit';
  return whole(a) && whole(b) ? 'bigint' : 'any';
}

export function arithmetic(name: string, rule: Arithmetic, text?: (a: string, b: string) => string): ScalarFunction {
  const evaluate = (a: SqlValue, b: SqlValue): SqlValue => {
    if (typeof a === 'number' && typeof b === 'number') {
      const result = rule.float(a, b);
      if ((rule.exactOnSafeIntegers && Number.isSafeInteger(result)) || !Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return finite(result, rule);
    }
    if (a === null || b === null) return null;
    if (text && typeof a === 'string' && typeof b === 'string') return text(a, b);
    return mixed(rule, toOperand(a, rule), toOperand(b, rule));
  };
  const result = text ? (args: readonly StaticType[]): StaticType => (args.includes('nvarchar(max)') ? 'nvarchar(max)' : arithmeticType(args)) : arithmeticType;
  return { name, parameters: [{ name: 'left', types: 'any' }, { name: 'right', types: 'any' }], result, nulls: 'handled', evaluate };
}

/** The same operator where one side is a float by its declaration, though the values may be whole: no integer division, and no overflow at 64 bits. */
export function floatArithmetic(name: string, rule: Pick<Arithmetic, 'symbol' | 'float'>): ScalarFunction {
  const evaluate = (a: SqlValue, b: SqlValue): SqlValue => {
    if (typeof a === 'number' && typeof b === 'number') return finite(rule.float(a, b), rule);
    if (a === null || b === null) return null;
    return finite(rule.float(Number(toOperand(a, rule)), Number(toOperand(b, rule))), rule);
  };
  return { name, parameters: [{ name: 'left', types: 'any' }, { name: 'right', types: 'any' }], result: 'float', nulls: 'handled', evaluate };
}

function mixed(rule: Arithmetic, a: number | bigint, b: number | bigint): SqlValue {
  const whole = (n: number | bigint): boolean => typeof n === 'bigint' || Number.isSafeInteger(n);
  if (!whole(a) || !whole(b)) return finite(rule.float(Number(a), Number(b)), rule);
  const result = int64(rule.integer(BigInt(a), BigInt(b)));
  if (result !== undefined) return result;
  throw new QueryError('overflow', `${a} ${rule.symbol} ${b} does not fit 64 bits. Convert one side to float: CAST(… AS float).`);
}

function toOperand(value: SqlValue, rule: Pick<Arithmetic, 'symbol'>): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const n = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  if (!Number.isNaN(n)) return n;
  throw new QueryError('invalid-argument-type', `The operator ${rule.symbol} cannot be applied to a value of type '${typeOf(value)}'. Only 'bigint', 'float' is allowed. Convert it first: TRY_CAST(… AS float).`);
}

function finite(value: number, rule: Pick<Arithmetic, 'symbol'>): number {
  if (Number.isFinite(value)) return value;
  throw new QueryError('overflow', `the result of ${rule.symbol} is not a finite number`);
}

export function nonZero<T extends number | bigint>(divisor: T): T {
  if (divisor == 0) throw new QueryError('divide-by-zero', 'Divide by zero. Guard it: CASE WHEN x = 0 THEN NULL ELSE … END.'); // eslint-disable-line eqeqeq -- number or bigint
  return divisor;
}
