import { TEXT, type ScalarFunction } from '../scalar';

export const reverse: ScalarFunction = {
  name: 'reverse',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'nvarchar(max)',
  evaluate: (text: string) => [...text].reverse().join(''),
};
