import { quietTicks, RoundsSent, type ClockRound } from '../../../shared/job/clock';
import type { Plan, TimePolicy } from '../../../shared/program';
import type { Tick } from '../../../shared/runtime/partition';
import { fromUnixMs, TICKS_PER_SECOND } from '../../../shared/values/ticks';

const NOW = Date.UTC(2026, 0, 1);
const ago = (seconds: number): number => fromUnixMs(NOW) - seconds * TICKS_PER_SECOND;
const PLAN = { horizon: 10 * TICKS_PER_SECOND } as Plan;
const POLICY: TimePolicy = { early: 0, late: 5 * TICKS_PER_SECOND, outOfOrder: 0, action: 'adjust' };

/** One round for partitions whose last events came so many seconds ago; `null`: never had one. */
async function round(lastSeconds: (number | null)[], policy = POLICY): Promise<ClockRound> {
  const bounds = lastSeconds.map((seconds, i) => ({ partition: `${i}`, begin: 0, last: seconds === null ? -1 : 41, isEmpty: seconds === null, lastEnqueued: seconds === null ? undefined : ago(seconds) }));
  const source = { facts: async () => ({ partitionIds: bounds.map((b) => b.partition), made: 1 }), bounds: async (id: string) => bounds[Number(id)] as (typeof bounds)[number], close: async () => undefined };
  return quietTicks([{ name: 'input', source }], { plan: PLAN, policy }, NOW);
}

async function ticks(...of: Parameters<typeof round>): Promise<Record<string, number>> {
  const { signals } = await round(...of);
  return Object.fromEntries(signals.map(({ address, input }) => [(address as { partition: string }).partition, ((input as Tick).watermark as number) - fromUnixMs(NOW)]));
}

/** The tolerance, and what the clocks may differ by. */
const LATE = { watermark: -7 * TICKS_PER_SECOND };

describe('the clock', () => {
  it('moves quiet partitions on to now less the late tolerance', async () => expect(await ticks([1, 8, null])).toEqual({ 1: LATE.watermark, 2: LATE.watermark }));
  it('does so however late the last round is', async () => expect(await ticks([200, 300, null])).toEqual({ 0: LATE.watermark, 1: LATE.watermark, 2: LATE.watermark }));
  it('sends nothing where nothing ever came', async () => expect(await ticks([null, null])).toEqual({}));

  describe('when events may be as late as they like', () => {
    const unlimited: TimePolicy = { ...POLICY, late: 'unlimited' };
    it('waits while any partition gets events', async () => expect(await ticks([1, 8, null], unlimited)).toEqual({}));
    it('moves on when all are quiet', async () => expect(await ticks([8, 9, null], unlimited)).toEqual({ 0: LATE.watermark, 1: LATE.watermark, 2: LATE.watermark }));
  });

  // 10 s that the query looks back, 5 s of lateness, 2 s of skew and a minute.
  it.each<[string, Parameters<typeof round>, Partial<ClockRound>]>([
    ['is not over while windows are open', [[1, 70, null]], { isOver: false, activeUntilMs: NOW + 76_000 }],
    ['nor while it waits for what may be late', [[1, 8, null], { ...POLICY, late: 'unlimited' }], { isOver: false, signals: [] }],
    ['is over when all have closed', [[200, 300, null]], { isOver: true, activeUntilMs: NOW - 123_000 }],
    ['is over when nothing ever came', [[null, null]], { isOver: true, activeUntilMs: -Infinity }],
  ])('%s', async (_, of, expected) => expect(await round(...of)).toMatchObject(expected));
});

describe('rounds that a process sends on and on', () => {
  it.each<[string, [isOver: boolean, activeUntilMs: number][], number[]]>([
    ['all, while something is open', [[false, 9], [false, 9]], [0, 1]],
    ['one that is over', [[false, 9], [true, 9], [true, 9]], [0, 1]],
    ['the first in a process', [[true, 9], [true, 9]], [0]],
    ['one after each event', [[true, 9], [false, 12], [true, 12], [true, 12], [true, 15]], [0, 1, 2, 4]],
  ])('are %s', async (_, rounds, expected) => {
    const sent: number[] = [];
    const clock = new RoundsSent();
    for (const [i, [isOver, activeUntilMs]] of rounds.entries()) await clock.send({ signals: [], failures: [], isOver, activeUntilMs }, async () => void sent.push(i));
    expect(sent).toEqual(expected);
  });

  it('are sent again when that has failed', async () => {
    const [clock, over] = [new RoundsSent(), { signals: [], failures: [], isOver: true, activeUntilMs: 9 }];
    await expect(clock.send(over, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const send = jest.fn(async () => undefined);
    await clock.send(over, send);
    expect(send).toHaveBeenCalledTimes(1);
  });
});
