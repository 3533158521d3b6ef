import { NUMBER, sameType, type ScalarFunction } from '../scalar';

export const sign: ScalarFunction = {
  name: 'sign',
  parameters: [{ name: 'value', types: NUMBER }],
  result: sameType,
  evaluate: (x: number | bigint) => (x > 0 ? 1 : x < 0 ? -1 : 0),
};
