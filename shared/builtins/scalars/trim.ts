import type { SqlValue } from '../../values/value';
import { TEXT, type ScalarFunction } from '../scalar';
import { ltrim } from './ltrim';
import { trimEnd } from './rtrim';

export const trim: ScalarFunction = {
  name: 'trim',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string) => trimEnd((ltrim.evaluate as (text: string) => SqlValue)(text) as string),
};
