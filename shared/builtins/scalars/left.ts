import { INTEGER, TEXT, type ScalarFunction } from '../scalar';
import { length } from './text-length';

export const left: ScalarFunction = {
  name: 'left',
  parameters: [{ name: 'text', types: TEXT }, { name: 'length', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (text: string, n: number) => text.slice(0, length('left', '2nd', n)),
};
