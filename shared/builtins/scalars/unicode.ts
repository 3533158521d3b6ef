import { TEXT, type ScalarFunction } from '../scalar';

export const unicode: ScalarFunction = {
  name: 'unicode',
  parameters: [{ name: 'text', types: TEXT }],
  result: 'bigint',
  evaluate: (text: string) => text.codePointAt(0) ?? null,
};
