import type { SqlArray } from '../../values/value';
import { INTEGER, type ScalarFunction } from '../scalar';

/** GetArrayElement(array, i): 0-based; NULL outside. */
export const getarrayelement: ScalarFunction = {
  name: 'getarrayelement',
  parameters: [{ name: 'array', types: ['array'] }, { name: 'index', types: INTEGER }],
  result: 'any',
  evaluate: (array: SqlArray, index: number) => array[Number(index)] ?? null,
};
