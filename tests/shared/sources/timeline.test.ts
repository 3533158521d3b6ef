import fc from 'fast-check';
import { effectiveFrom, Timeline, type Snapshot } from '../../../shared/sources/timeline';
import { formatDateTime, parseDateTime, TICKS_PER_SECOND } from '../../../shared/values/ticks';
import type { Ticks } from '../../../shared/values/value';

const at = (text: string): Ticks => parseDateTime(`2026-01-01T${text}Z`) as Ticks;
const blob = (path: string, time: string, created: string): Snapshot => ({ path, time: at(time), from: effectiveFrom(at(time), at(created)) });

describe('a snapshot of reference data', () => {
  it.each([
    ['that was there before its time, from its time', '17:30:00', '16:00:00', '17:30:00'],
    ['that came a minute before its time, from its time', '17:30:00', '17:28:49', '17:30:00'],
    ['that came right at its time, from the next scan', '17:30:00', '17:30:00', '17:31:00'],
    ['that came late, from the scan after it came', '17:30:00', '22:03:20', '22:04:00'],
    ['that came just before a scan, from the one after', '17:30:00', '22:03:55', '22:05:00'],
  ])('%s', (_name, time, created, from) => {
    expect(formatDateTime(effectiveFrom(at(time), at(created)))).toBe(formatDateTime(at(from)));
  });

  it('holds until one for a later time is in effect, and is never gone back to', () => {
    const timeline = new Timeline([
      blob('16:30', '16:30:00', '10:00:00'),
      blob('17:30', '17:30:00', '22:03:00'),
      blob('18:00', '18:00:00', '10:00:00'),
      blob('18:30', '18:30:00', '23:00:00'),
    ]);
    const held = (t: string): string | undefined => timeline.at(at(t), at('23:59:00'))?.path;
    expect(['16:31:00', '17:59:59', '18:00:00', '22:04:00', '23:00:59', '23:01:00'].map(held)).toEqual(['16:30', '16:30', '18:00', '18:00', '18:00', '18:30']);
  });

  it('holds before its time when it is the first, once there is one', () => {
    const timeline = new Timeline([blob('a', '12:00:00', '11:00:00')]);
    expect(timeline.at(at('10:00:00'), at('12:00:00'))?.path).toBe('a');
    expect(timeline.at(at('10:00:00'), at('11:59:59'))).toBeUndefined();
    expect(new Timeline([]).at(at('10:00:00'), at('12:00:00'))).toBeUndefined();
    // Three that were uploaded together: the latest, as a job starts with it.
    expect(new Timeline(['01', '02', '03'].map((hour) => blob(hour, `${hour}:00:00`, '11:00:00'))).at(at('01:30:00'), at('12:00:00'))?.path).toBe('03');
  });

  it('is the same for a time whenever it is asked for, as soon as that time has come', () => {
    const instants = fc.integer({ min: 0, max: 100 }).map((n) => n * 17 * TICKS_PER_SECOND);
    fc.assert(
      fc.property(fc.array(fc.record({ time: instants, created: instants }), { minLength: 1, maxLength: 12 }), instants, (blobs, t) => {
        const snapshots = blobs.map(({ time, created }, i) => ({ path: String(i), time, created, from: effectiveFrom(time, created) }));
        // What a scan at the full minute before `t` finds against what is found long afterwards.
        const scan = Math.floor(t / (60 * TICKS_PER_SECOND)) * 60 * TICKS_PER_SECOND;
        const then = new Timeline(snapshots.filter(({ created }) => created <= scan)).at(t, t);
        if (then && then.from <= t) expect(new Timeline(snapshots).at(t, Infinity)?.time).toBe(then.time);
      }),
    );
  });
});
