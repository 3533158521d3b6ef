import { toCivil } from '../../values/ticks';
import type { DateTime } from '../../values/value';
import { TIME, type ScalarFunction } from '../scalar';

export const day: ScalarFunction = {
  name: 'day',
  parameters: [{ name: 'date', types: TIME }],
  result: 'bigint',
  evaluate: (date: DateTime) => toCivil(date.ticks).day,
};
