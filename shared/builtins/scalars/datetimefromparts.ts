import { QueryError } from '../../errors';
import { daysInMonth, fromCivil } from '../../values/ticks';
import { DateTime } from '../../values/value';
import { INTEGER, type ScalarFunction } from '../scalar';

const NAMES = ['year', 'month', 'day', 'hour', 'minute', 'second', 'milliseconds'] as const;

export const datetimefromparts: ScalarFunction = {
  name: 'datetimefromparts',
  parameters: NAMES.map((name) => ({ name, types: INTEGER })),
  result: 'datetime',
  evaluate: (year: number, month: number, day: number, ...rest: number[]) => {
    const [hour = 0, minute = 0, second = 0, ms = 0] = rest;
    const dateOk = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
    const timeOk = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0 && ms < 1000;
    if (!dateOk || !timeOk) throw new QueryError('invalid-argument-value', `DATETIMEFROMPARTS(${[year, month, day, ...rest].join(', ')}) is not a point in time.`);
    return new DateTime(fromCivil({ year, month, day, hour, minute, second, fraction: ms * 10_000 }));
  },
};
