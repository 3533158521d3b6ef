import { parseTimeSpan } from '../../timespan';
import { parseNcrontab } from './ncrontab';

/** When a timer is due. */
export interface Schedule {
  /** The first time after `after` (ms since the epoch); null if there is none. */
  next(after: number): number | null;
  /** What TimerInfo says of the schedule: true for calendar schedules, false for intervals. */
  adjustForDst: boolean;
}

/** Reads a timer trigger's `schedule`: an NCRONTAB expression or a TimeSpan between runs. Throws an Error. */
export function parseSchedule(text: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval === null) return parseNcrontab(text);
  if (interval <= 0) throw new Error(`The schedule "${text}" must be longer than nothing.`);
  return { next: (after) => after + interval, adjustForDst: false };
}

/** Azure keeps no status for timers that are due more often than once a minute. */
export function isFrequent(schedule: Schedule, now: number): boolean {
  let at = schedule.next(now);
  for (let count = 0; count < 5 && at !== null; count++) {
    const following = schedule.next(at);
    if (following !== null && following - at < 60_000) return true;
    at = following;
  }
  return false;
}
