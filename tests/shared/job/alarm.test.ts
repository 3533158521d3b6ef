import { AlarmWatch, alarmId, alarmSeconds, setAlarm, type Alarms } from '../../../shared/job/alarm';
import { Settings } from '../../../shared/settings';

describe('the alarm', () => {
  it.each([
    [undefined, 5],
    ['1', 1],
    ['60', 60],
    ['off', undefined],
    ['OFF', undefined],
  ])('WEIR_ALARM=%s rings every %s seconds', (text, seconds) => expect(alarmSeconds(new Settings({ WEIR_ALARM: text }))).toBe(seconds));
  it.each(['0', '-1', '1.5', 'on', '10000'])('WEIR_ALARM=%s is refused', (text) => expect(() => alarmSeconds(new Settings({ WEIR_ALARM: text }))).toThrow(/whole number of seconds from 1 to 9999, or off/));

  it('is one for each version of a job', () => {
    expect(['a', 'b'].map((name) => alarmId({ name, version: 1 }))).toEqual(['alarm.a', 'alarm.b']);
    expect(alarmId({ name: 'a', version: 2 })).toBe('alarm.a.v2');
  });

  it('is looked after every 30 s at most, and at once after that has failed', async () => {
    const watch = new AlarmWatch();
    const at: number[] = [];
    const look = (ms: number, set: () => Promise<void> = async () => undefined): Promise<void> => watch.lookAfter(ms, () => (at.push(ms), set()));
    await expect(look(0, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (const ms of [1, 2, 29_000, 30_001, 40_000, 60_001]) await look(ms);
    expect(at).toEqual([0, 1, 30_001, 60_001]);
  });

  describe('is set', () => {
    type Status = Awaited<ReturnType<Alarms['status']>>;
    const started = async (statuses: Status[], neededUntilMs = 100, start: () => Promise<void> = async () => undefined): Promise<string[]> => {
      const ids: string[] = [];
      await setAlarm({ status: async () => statuses.shift(), start: (id) => (ids.push(id), start()) }, 'alarm.a', neededUntilMs);
      return ids;
    };
    it.each<[string, Status, string[]]>([
      ['where there never was one', undefined, ['alarm.a']],
      ['not while it runs', { isAlive: true }, []],
      ['where its last round came too early', { isAlive: false, overAtMs: 99 }, ['alarm.a']],
      ['not where its last round closed all', { isAlive: false, overAtMs: 100 }, []],
      ['where it ended without a last round', { isAlive: false }, ['alarm.a']],
    ])('%s', async (_, status, expected) => expect(await started([status])).toEqual(expected));
    const refuse = (): Promise<void> => Promise.reject(new Error('it exists'));
    it('by another, who was faster', async () => expect(await started([undefined, { isAlive: true }], 100, refuse)).toEqual(['alarm.a']));
    it('or it fails', async () => expect(started([undefined, undefined], 100, refuse)).rejects.toThrow('it exists'));
  });
});
