import { NUMBER, sameType, type ScalarFunction } from '../scalar';

export const floor: ScalarFunction = {
  name: 'floor',
  parameters: [{ name: 'value', types: NUMBER }],
  result: sameType,
  evaluate: (x: number | bigint) => (typeof x === 'bigint' ? x : Math.floor(x)),
};
