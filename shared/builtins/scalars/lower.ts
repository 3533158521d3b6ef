import { TEXT, type ScalarFunction } from '../scalar';

export const lower: ScalarFunction = {
  name: 'lower',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string) => text.toLowerCase(),
};
