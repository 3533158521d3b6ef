import { INTEGER, TEXT, type ScalarFunction } from '../scalar';
import { length } from './text-length';

export const right: ScalarFunction = {
  name: 'right',
  parameters: [{ name: 'text', types: TEXT }, { name: 'length', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (text: string, n: number) => text.slice(Math.max(0, text.length - length('right', '2nd', n))),
};
