import type { SqlArray } from '../../values/value';
import type { ScalarFunction } from '../scalar';

export const getarraylength: ScalarFunction = {
  name: 'getarraylength',
  parameters: [{ name: 'array', types: ['array'] }],
  result: 'bigint',
  evaluate: (array: SqlArray) => array.length,
};
