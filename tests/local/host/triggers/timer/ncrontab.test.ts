import { parseNcrontab } from '../../../../../local/host/triggers/timer/ncrontab';
import { isFrequent, parseSchedule } from '../../../../../local/host/triggers/timer/schedule';

const at = (text: string): number => Date.parse(`${text}Z`);

describe('NCRONTAB', () => {
  it.each([
    ['0 */5 * * * *', '2026-01-01T00:00:00', '2026-01-01T00:05:00'],
    ['0 */5 * * * *', '2026-01-01T00:04:59.999', '2026-01-01T00:05:00'],
    ['*/15 * * * * *', '2026-01-01T00:00:46', '2026-01-01T00:01:00'],
    ['0 0 * * * *', '2026-01-01T23:30:00', '2026-01-02T00:00:00'],
    ['0 30 9 * * 1-5', '2026-01-02T10:00:00', '2026-01-05T09:30:00'],
    ['0 30 9 * Jan Mon', '2026-01-26T09:30:00', '2027-01-04T09:30:00'],
    ['0 30 9 * January Monday', '2026-01-26T09:30:00', '2027-01-04T09:30:00'],
    ['0 0 9-17 * * *', '2026-01-01T17:00:00', '2026-01-02T09:00:00'],
    ['5,8,10 * * * * *', '2026-01-01T00:00:08', '2026-01-01T00:00:10'],
    ['0 5/20 * * * *', '2026-01-01T00:05:00', '2026-01-01T00:25:00'],
    ['0 10-30/10 * * * *', '2026-01-01T00:30:00', '2026-01-01T01:10:00'],
    ['0 0 0 31 * *', '2026-01-31T00:00:00', '2026-03-31T00:00:00'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00', '2028-02-29T00:00:00'],
    // Day and day of week must both match: the next 29 February on a Monday.
    ['0 0 5 29 2 Mon', '2026-01-01T00:00:00', '2044-02-29T05:00:00'],
    ['*/5 * * * *', '2026-01-01T00:01:30', '2026-01-01T00:05:00'],
  ])('%s after %s', (expression, after, next) => {
    expect(new Date(parseNcrontab(expression).next(at(after))!).toISOString()).toBe(`${next}.000Z`);
  });

  it.each([
    ['* * *', /has 3 fields/],
    ['60 * * * * *', /"60" is no second/],
    ['0 0 24 * * *', /"24" is no hour/],
    ['0 0 0 0 * *', /"0" is no day/],
    ['0 0 0 * Foo *', /"Foo" is no month/],
    ['0 30-10 * * * *', /"30-10" is no minute/],
    ['0 */0 * * * *', /no minute/],
    ['0 0 0 L * *', /"L" is no day/],
    ['0 0 0 30 2 *', /never comes/],
  ])('refuses %s', (expression, message) => expect(() => parseNcrontab(expression)).toThrow(message));
});

describe('parseSchedule', () => {
  it('takes a TimeSpan as the time between runs', () => {
    const schedule = parseSchedule('00:00:30');
    expect(schedule.next(1000)).toBe(31_000);
    expect(schedule.adjustForDst).toBe(false);
  });

  it('refuses no time at all', () => expect(() => parseSchedule('00:00:00')).toThrow(/longer than nothing/));

  it.each([
    ['*/30 * * * * *', true],
    ['0 * * * * *', false],
    ['00:00:59', true],
    ['00:01:00', false],
    ['0,30 0 0 * * *', true],
  ])('%s is frequent: %s', (text, frequent) => expect(isFrequent(parseSchedule(text), 0)).toBe(frequent));
});
