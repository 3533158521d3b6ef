import { field } from '../../values/fields';
import type { SqlValue } from '../../values/value';
import { TEXT, type ScalarFunction } from '../scalar';

/** GetMetadataPropertyValue(input, '[User].[priority]'): the binder passes the event's metadata for the input's name. */
export const getmetadatapropertyvalue: ScalarFunction = {
  name: 'getmetadatapropertyvalue',
  parameters: [{ name: 'input', types: 'any' }, { name: 'path', types: TEXT }],
  result: 'any',
  evaluate: (metadata: SqlValue, path: string) => {
    const parts = [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map((m) => m[1] ?? m[0]);
    return parts.reduce(field, metadata);
  },
};
