/** Built-in functions; arguments that do not fit give undefined. https://learn.microsoft.com/cosmos-db/query/functions */
import { arrayFunctions } from './functions-array';
import { dateFunctions } from './functions-date';
import { mathFunctions } from './functions-math';
import { stringFunctions } from './functions-string';
import { isObject, typeOf, type Value } from './values';

export type BuiltIn = (...args: Value[]) => Value;

const typeFunctions: Record<string, BuiltIn> = {
  is_defined: (v) => v !== undefined,
  is_null: (v) => v === null,
  is_bool: (v) => typeof v === 'boolean',
  is_number: (v) => typeof v === 'number',
  is_integer: (v) => Number.isInteger(v),
  is_string: (v) => typeof v === 'string',
  is_array: (v) => Array.isArray(v),
  is_object: isObject,
  is_primitive: (v) => v !== undefined && (v === null || typeof v !== 'object'),
  type: (v) => typeOf(v),
  iif: (test, then, otherwise) => (test === true ? then : otherwise),
};

export const functions: Record<string, BuiltIn> = { ...typeFunctions, ...stringFunctions, ...mathFunctions, ...arrayFunctions, ...dateFunctions };
