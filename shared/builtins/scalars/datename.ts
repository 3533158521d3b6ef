import { toCivil } from '../../values/ticks';
import type { DateTime } from '../../values/value';
import { TIME, type ScalarFunction } from '../scalar';
import { partOf, weekdayOf } from './datepart';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** DATENAME(part, datetime): as DATEPART, but months and weekdays by their English names. */
export const datename: ScalarFunction = {
  name: 'datename',
  parameters: [{ name: 'part', types: 'any', keyword: true }, { name: 'date', types: TIME }],
  result: 'nvarchar(max)',
  evaluate: (part: string, date: DateTime) => {
    if (part === 'month') return MONTHS[toCivil(date.ticks).month - 1] as string;
    return part === 'weekday' ? (DAYS[weekdayOf(date.ticks)] as string) : String(partOf(part, date.ticks));
  },
};
