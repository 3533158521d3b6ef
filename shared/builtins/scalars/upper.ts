import { TEXT, type ScalarFunction } from '../scalar';

export const upper: ScalarFunction = {
  name: 'upper',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string) => text.toUpperCase(),
};
