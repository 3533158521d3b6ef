import { QueryError } from '../../errors';
import { NUMBER, type ScalarFunction } from '../scalar';

export const sqrt: ScalarFunction = {
  name: 'sqrt',
  parameters: [{ name: 'value', types: NUMBER }],
  result: 'float',
  evaluate: (x: number | bigint) => {
    if (x < 0) throw new QueryError('invalid-argument-value', `The 1st argument of function sqrt is ${x}; it must not be negative.`);
    return Math.sqrt(Number(x));
  },
};
