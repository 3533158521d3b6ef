import type { AppFunction } from '../../../../../local/host/app-function';
import type { TriggerInput } from '../../../../../local/host/invoker';
import type { ScheduleStatus } from '../../../../../local/host/triggers/timer/schedule-status';
import { TimerTrigger } from '../../../../../local/host/triggers/timer/timer-trigger';
import { AutoClock } from '../../support/auto-clock';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

interface Run {
  at: number;
  info: { IsPastDue: boolean; ScheduleStatus: unknown; Schedule: unknown };
}

/** Runs a timer until it has fired `count` times, or has slept for long enough that it never will. */
async function fire(trigger: Record<string, unknown>, count: number, stored: ScheduleStatus | null = null, work: (clock: AutoClock) => Promise<void> = async () => undefined) {
  const clock = new AutoClock(START);
  const runs: Run[] = [];
  const written: ScheduleStatus[] = [];
  const fn: AppFunction = { name: 'tick', functionId: 'tick', trigger: { type: 'timerTrigger', direction: 'in', name: 'timer', ...trigger }, inputs: [], outputs: [], retry: undefined };
  let done: () => void;
  const enough = new Promise<void>((resolve) => (done = resolve));
  const timer: TimerTrigger = new TimerTrigger({
    fn,
    clock,
    retry: undefined,
    lock: { whileHeld: (signal, work) => work(signal) },
    log: () => undefined,
    statusStore: { read: async () => stored, write: async (_name, status) => void written.push(status) },
    invoker: {
      async invoke(_fn: AppFunction, input: TriggerInput) {
        runs.push({ at: clock.now() - START, info: JSON.parse(input.data.json!) as Run['info'] });
        await work(clock);
        if (runs.length === count) done();
        return { outputData: [] };
      },
    },
  });
  await timer.start();
  await enough;
  await timer.stop();
  return { runs, written };
}

describe('TimerTrigger', () => {
  it('fires at the scheduled times, with the status of the run before', async () => {
    const { runs, written } = await fire({ schedule: '0 */5 * * * *' }, 3);
    expect(runs.map(({ at }) => at)).toEqual([5 * MINUTE, 10 * MINUTE, 15 * MINUTE]);
    expect(runs[1]!.info).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: '2026-01-01T00:05:00+00:00', Next: '2026-01-01T00:10:00+00:00', LastUpdated: '2026-01-01T00:05:00+00:00' },
      IsPastDue: false,
    });
    expect(runs[0]!.info.ScheduleStatus).toMatchObject({ Last: '0001-01-01T00:00:00' });
    expect(written[0]).toEqual({ last: 0, next: START + 5 * MINUTE, lastUpdated: 0 });
  });

  it('runs on start-up when asked', async () => {
    const { runs } = await fire({ schedule: '00:10:00', runOnStartup: true }, 2);
    expect(runs.map(({ at, info }) => [at, info.IsPastDue])).toEqual([
      [0, false],
      [10 * MINUTE, false],
    ]);
  });

  it('makes up for a missed run once, past due', async () => {
    const last = START - 60 * MINUTE;
    const { runs } = await fire({ schedule: '0 */5 * * * *' }, 2, { last, next: last + 5 * MINUTE, lastUpdated: last });
    expect(runs.map(({ at, info }) => [at, info.IsPastDue])).toEqual([
      [0, true],
      [5 * MINUTE, false],
    ]);
  });

  it('does not overlap: what falls due during a run is skipped', async () => {
    const { runs } = await fire({ schedule: '0 */5 * * * *' }, 2, null, (clock) => clock.sleep(12 * MINUTE));
    expect(runs.map(({ at }) => at)).toEqual([5 * MINUTE, 20 * MINUTE]);
  });

  it.each([{ schedule: '*/10 * * * * *' }, { schedule: '0 */5 * * * *', useMonitor: false }])('keeps no status for %j', async (trigger) => {
    const { runs, written } = await fire(trigger, 2, { last: START - 60 * MINUTE, next: START - 59 * MINUTE, lastUpdated: START - 60 * MINUTE });
    expect(runs[0]!.info).toMatchObject({ ScheduleStatus: null, IsPastDue: false });
    expect(written).toEqual([]);
  });

  it('names function and binding of a wrong schedule', async () => {
    await expect(fire({ schedule: 'soon' }, 1)).rejects.toThrow('Function "tick", binding "timer": The schedule "soon" has 1 fields');
  });
});
