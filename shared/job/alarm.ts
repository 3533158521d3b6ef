import { WeirError } from '../errors';
import type { Settings } from '../settings';
import { entityPrefix } from './version';
import type { JobVersion } from './entity-batch';

const DEFAULT_SECONDS = 5;

/**
 * `WEIR_ALARM`: how many seconds pass between two rounds of the clock while there is something to close; undefined with `off`. Throws WeirError
 * `invalid-setting`.
 */
export function alarmSeconds(settings: Settings): number | undefined {
  const text = settings.text('WEIR_ALARM');
  if (text === undefined) return DEFAULT_SECONDS;
  if (text.toLowerCase() === 'off') return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new WeirError('invalid-setting', `the setting WEIR_ALARM is ${JSON.stringify(text)}, and must be a whole number of seconds from 1 to 9999, or off; example: WEIR_ALARM=5`, 'stop');
}

/** The id of the orchestration that is the alarm of this version of the job: there is one at most. */
export function alarmId(job: JobVersion): string {
  return `alarm.${entityPrefix(job)}`;
}

/** It ends later than this after the last event (shared/job/clock.ts), so whoever has looked after it within this time need not do so again. */
const LOOKED_AFTER_MS = 30_000;

/** When an instance that gets events has to see to it that the alarm is set. */
export class AlarmWatch {
  private lastMs = -Infinity;

  /** Calls `set` unless that was done a moment ago. Rejects when it fails, and calls it again the next time. */
  async lookAfter(nowMs: number, set: () => Promise<void>): Promise<void> {
    if (nowMs - this.lastMs < LOOKED_AFTER_MS) return;
    await set();
    this.lastMs = nowMs;
  }
}

/** What a task hub knows of orchestrations, by their ids. */
export interface Alarms {
  /** Undefined when there never was one. `overAtMs`: as of when the last round of one that has ended found everything over. */
  status(id: string): Promise<{ isAlive: boolean; overAtMs?: number } | undefined>;
  /** Rejects when one of this id is alive. */
  start(id: string): Promise<void>;
}

/**
 * Sets the alarm unless it runs, or its last round was of a time after `neededUntilMs`. Whoever finds that it runs can have found one that was about to end: it is then set later, by the clock
 * (functions/clock.ts), which knows until when it was needed. Rejects when the task hub does.
 */
export async function setAlarm(alarms: Alarms, id: string, neededUntilMs: number): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const status = await alarms.status(id);
    return status !== undefined && (status.isAlive || (status.overAtMs ?? -Infinity) >= neededUntilMs);
  };
  if (await isDone()) return;
  await alarms.start(id).catch(async (error: unknown) => {
    // Another instance may have been faster.
    if (!(await isDone())) throw error;
  });
}
