import { INTEGER, type ScalarFunction } from '../scalar';
import { repeat } from './replicate';

export const space: ScalarFunction = {
  name: 'space',
  parameters: [{ name: 'count', types: INTEGER }],
  result: 'nvarchar(max)',
  evaluate: (count: number) => repeat(' ', count, 'space'),
};
