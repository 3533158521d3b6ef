import { pathPattern } from '../../../shared/sinks/path-pattern';
import { parseDateTime } from '../../../shared/values/ticks';

const T = parseDateTime('2018-01-02T10:06:08Z') as number;

describe('path patterns', () => {
  it.each([
    ['archive/{date}/{time}', 'archive/2018/01/02/10'],
    ['{datetime:yyyy}-{datetime:M}-{datetime:d}/{datetime:HH}{datetime:mm}{datetime:ss}', '2018-1-2/100608'],
    ['by/{Region}', 'by/New Zealand'],
    ['by/{bad}', 'by/_._.._x'],
    ['by/{none}', 'by/null'],
  ])('%s', (pattern, path) => expect(pathPattern(pattern)(T, { region: 'New Zealand', bad: '/./..\\x' })).toBe(path));

  it.each(['logs/{datetime:MM/dd}', '{datetime:}', '{date', 'a}b', '{}'])('%s is refused', (pattern) => expect(() => pathPattern(pattern)).toThrow(/is not valid/));
});
