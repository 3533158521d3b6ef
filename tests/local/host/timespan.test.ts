import { parseTimeSpan } from '../../../local/host/timespan';

describe('parseTimeSpan', () => {
  it.each([
    ['00:00:30', 30_000],
    ['01:02:03', 3_723_000],
    ['00:05', 300_000],
    ['1.00:00:00', 86_400_000],
    ['00:00:00.25', 250],
    ['-00:00:01', -1000],
  ])('reads %s', (text, ms) => expect(parseTimeSpan(text)).toBe(ms));

  it.each(['', '5', '24:00:00', '00:60:00', '0 */5 * * * *', '00:00:00:00'])('refuses %j', (text) => expect(parseTimeSpan(text)).toBeNull());
});
