import { NUMBER, sameType, type ScalarFunction } from '../scalar';

export const ceiling: ScalarFunction = {
  name: 'ceiling',
  parameters: [{ name: 'value', types: NUMBER }],
  result: sameType,
  evaluate: (x: number | bigint) => (typeof x === 'bigint' ? x : Math.ceil(x) + 0),
};
