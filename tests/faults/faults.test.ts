/** The simulator, briefly: `npm run faults -- --seeds 1000` takes longer. docs/exactly-once.md tells what it does. */
import { readArguments } from './arguments';
import { Campaign } from './campaign';
import { failureOf, failureText } from './failure';
import { simulatedJobs } from './jobs';
import { MUTATIONS } from './mutations';
import { shrink } from './shrink';
import { simulate, type SimulationOptions } from './simulation';
import { failed, judge } from './verdict';
import { runShare } from './worker';

const jobs = simulatedJobs();
const jobOf = (name: string): (typeof jobs)[number] => jobs.find((job) => job.name === name) as (typeof jobs)[number];

describe('the simulator', () => {
  it('gives the same run for the same seed', async () => {
    const [a, b] = [await simulate(jobOf('earthquakes'), { seed: 5 }), await simulate(jobOf('earthquakes'), { seed: 5 })];
    expect(a.struck.length).toBeGreaterThan(10);
    expect({ ...b }).toEqual({ ...a });
  });

  it('runs every golden script to its rows when nothing fails', async () => {
    for (const { name, expected } of jobs.flatMap((job) => (job.expected ? [{ name: job, expected: job.expected }] : []))) {
      const { rows, problems } = await simulate(name, { seed: 3, faultless: true });
      const found = Object.fromEntries([...rows].map(([output, counts]) => [output, [...counts].flatMap(([row, count]) => Array<string>(count).fill(row.slice(row.indexOf('{')))).sort()]));
      expect({ job: name.name, problems, rows: found }).toEqual({ job: name.name, problems: [], rows: expected });
    }
  }, 60_000);
});

describe('in a world that fails', () => {
  it('nothing is lost and nothing doubled', async () => {
    const share = { firstSeed: 1, lastSeed: 1, step: 1, shrinks: 1 };
    const all = await runShare(jobs, share);
    const sample = await runShare([jobOf('earthquakes')], { ...share, firstSeed: 2, lastSeed: 6 });
    expect([...all.failures, ...sample.failures].map(failureText)).toEqual([]);
    expect(all.tally).toMatchObject({ runs: jobs.length, lost: 0, doubled: 0, broken: 0 });
    expect(sample.tally).toMatchObject({ runs: 5, lost: 0, doubled: 0, broken: 0 });
    expect(all.tally.checked + sample.tally.checked).toBeGreaterThan(1_000);
  }, 120_000);
});

/** The first run that a broken rule makes fail. */
async function firstFailure(campaign: Campaign, mutation: (typeof MUTATIONS)[number]): Promise<{ job: (typeof jobs)[number]; options: SimulationOptions } | undefined> {
  for (let seed = 1; seed <= 100; seed++) {
    for (const job of jobs) {
      const options = { seed, mutation };
      if (failed((await campaign.try(job, options)).verdict)) return { job, options };
    }
  }
  return undefined;
}

describe('without one of the three rules, or with blobs deleted too early', () => {
  it.each(MUTATIONS)('%s: the simulator finds it within 100 seeds', async (mutation) => {
    expect(await firstFailure(new Campaign(), mutation)).toBeDefined();
  }, 120_000);

  it('a failure shrinks to a command that fails again', async () => {
    const campaign = new Campaign();
    const { job, options } = (await firstFailure(campaign, 'identity')) as NonNullable<Awaited<ReturnType<typeof firstFailure>>>;
    const trial = await campaign.try(job, options);
    const smallest = await shrink(campaign, job, options, trial);
    expect(smallest.trial.outcome.struck.length).toBeLessThanOrEqual(trial.outcome.struck.length);
    const { shrunk } = failureOf(job.name, smallest.options, smallest.trial);
    const args = readArguments([...shrunk.slice(shrunk.indexOf('-- ') + 3).replace(/'/g, '').split(' ')], 1);
    if (args === 'help') throw new Error('not asked for');
    const again = { seed: args.firstSeed, only: args.faults, events: args.events, mutation: args.without };
    const verdict = judge(await campaign.reference(jobOf(args.job as string), again), await simulate(jobOf(args.job as string), again));
    expect(verdict).toEqual(smallest.trial.verdict);
  }, 120_000);
});
