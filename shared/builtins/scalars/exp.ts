import { NUMBER, type ScalarFunction } from '../scalar';

export const exp: ScalarFunction = {
  name: 'exp',
  parameters: [{ name: 'value', types: NUMBER }],
  result: 'float',
  evaluate: (x: number | bigint) => Math.exp(Number(x)),
};
