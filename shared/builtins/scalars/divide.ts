import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';
import { arithmetic, arithmeticType, nonZero } from './arithmetic';

/** `/` of two bigints drops the fraction, as in T-SQL. */
export const divide = arithmetic('divide', { symbol: '/', float: (a, b) => a / nonZero(b), integer: (a, b) => a / nonZero(b), exactOnSafeIntegers: false });

/** `/` where one side is a float by its declaration, though its value may be whole. */
export const divideFloat: ScalarFunction = {
  name: 'divide_float',
  parameters: [{ name: 'left', types: ['float', 'bigint', 'bit'] }, { name: 'right', types: ['float', 'bigint', 'bit'] }],
  result: () => arithmeticType(['float', 'float']),
  evaluate: (a: SqlValue, b: SqlValue) => Number(a) / nonZero(Number(b)),
};
