import { snapshotPattern } from '../../../shared/sources/snapshot-pattern';
import { parseDateTime } from '../../../shared/values/ticks';

describe('a path of snapshots', () => {
  it.each([
    ['rooms/{date}/{time}/rooms.json', {}, 'rooms/2026/11/24/17/rooms.json', '2026-11-24T17:00:00Z'],
    ['{date}/r.csv', { dateFormat: 'MM-DD-YYYY' }, '02-29-2024/r.csv', '2024-02-29T00:00:00Z'],
    ['r/{date}-{time}.json', { dateFormat: 'YYYY-MM-DD', timeFormat: 'HH-mm' }, 'r/2026-01-02-17-30.json', '2026-01-02T17:30:00Z'],
    ['r+(x)/{date}', { dateFormat: 'YYYYMMDD' }, 'r+(x)/20260102', '2026-01-02T00:00:00Z'],
  ])('%s %j reads %s', (path, formats, name, time) => {
    expect(snapshotPattern(path, formats).timeOf(name)).toBe(parseDateTime(time));
  });

  it.each(['rooms/2026/02/30/17/rooms.json', 'rooms/2026/11/24/25/rooms.json', 'rooms/2026/11/24/rooms.json', 'rooms/2026/11/24/17/rooms.json.bak', 'x/rooms/2026/11/24/17/rooms.json'])('has no time in %s', (name) => {
    expect(snapshotPattern('rooms/{date}/{time}/rooms.json').timeOf(name)).toBeUndefined();
  });

  it.each([
    ['r/{time}', {}, /needs \{date\}/],
    ['r/{date}/{date}', {}, /each be there once/],
    ['r/{date}/{region}', {}, /\{region\} is neither/],
    ['r/{date', {}, /a brace is not closed/],
    ['r/{date}', { dateFormat: 'YYYY/MM' }, /the date format YYYY\/MM needs YYYY, MM and DD/],
    ['r/{date}/{time}', { timeFormat: 'mm' }, /the time format mm needs HH/],
  ])('%s %j is refused', (path, formats, message) => {
    expect(() => snapshotPattern(path, formats)).toThrow(message);
  });
});
