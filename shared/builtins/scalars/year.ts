import { toCivil } from '../../values/ticks';
import type { DateTime } from '../../values/value';
import { TIME, type ScalarFunction } from '../scalar';

export const year: ScalarFunction = {
  name: 'year',
  parameters: [{ name: 'date', types: TIME }],
  result: 'bigint',
  evaluate: (date: DateTime) => toCivil(date.ticks).year,
};
