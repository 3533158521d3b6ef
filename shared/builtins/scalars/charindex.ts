import { INTEGER, TEXT, type ScalarFunction } from '../scalar';

/** CHARINDEX(find, in[, start]): 1-based position, 0 if absent; a start of 0 or less is 1; case does not matter. */
export const charindex: ScalarFunction = {
  name: 'charindex',
  parameters: [{ name: 'find', types: TEXT }, { name: 'in', types: TEXT }, { name: 'start', types: INTEGER, optional: true }],
  result: 'bigint',
  evaluate: (find: string, text: string, start = 1) => text.toLowerCase().indexOf(find.toLowerCase(), Math.max(0, Number(start) - 1)) + 1,
};
