import { addTo, Campaign, newTally, type Tally } from './campaign';
import { failureOf, type Failure } from './failure';
import type { SimulatedJob } from './jobs';
import { shrink } from './shrink';
import type { SimulationOptions } from './simulation';
import { failed } from './verdict';

/** The seeds that one process runs: `firstSeed`, then every `step`-th. */
export interface Share extends Pick<SimulationOptions, 'only' | 'events' | 'mutation'> {
  firstSeed: number;
  lastSeed: number;
  step: number;
  /** How many failures are made small; the rest is only counted. */
  shrinks: number;
}

export interface ShareResult {
  tally: Tally;
  failures: Failure[];
}

/** Every job with every seed. */
export async function runShare(jobs: readonly SimulatedJob[], share: Share, onSeed: (tally: Tally) => void = () => undefined): Promise<ShareResult> {
  const { only, events, mutation, step, lastSeed } = share;
  const campaign = new Campaign();
  const result: ShareResult = { tally: newTally(), failures: [] };
  for (let seed = share.firstSeed; seed <= lastSeed; seed += step) {
    for (const job of jobs) {
      const options: SimulationOptions = { seed, only, events, mutation };
      const trial = await campaign.try(job, options);
      addTo(result.tally, trial);
      if (failed(trial.verdict) && result.failures.length < share.shrinks) {
        const smallest = await shrink(campaign, job, options, trial);
        result.failures.push(failureOf(job.name, smallest.options, smallest.trial));
      }
    }
    onSeed(result.tally);
  }
  return result;
}
