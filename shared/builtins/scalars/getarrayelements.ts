import type { SqlArray } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** The collection of CROSS/OUTER APPLY GetArrayElements(array): its argument, checked to be an array. */
export const getarrayelements: ScalarFunction = {
  name: 'getarrayelements',
  parameters: [{ name: 'array', types: ['array'] }],
  result: 'array',
  evaluate: (array: SqlArray) => array,
};
