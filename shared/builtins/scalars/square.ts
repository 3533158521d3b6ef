import { NUMBER, type ScalarFunction } from '../scalar';

export const square: ScalarFunction = {
  name: 'square',
  parameters: [{ name: 'value', types: NUMBER }],
  result: 'float',
  evaluate: (x: number | bigint) => Number(x) ** 2,
};
