import type { Campaign, Trial } from './campaign';
import type { SimulatedJob } from './jobs';
import type { SimulationOptions } from './simulation';
import { failed } from './verdict';

export interface Shrunk {
  options: SimulationOptions;
  trial: Trial;
}

/** Runs that one failure may cost. */
const BUDGET = 300;

/** Leaves out faults, then events, as long as the run still fails. */
export async function shrink(campaign: Campaign, job: SimulatedJob, options: SimulationOptions, trial: Trial): Promise<Shrunk> {
  let best: Shrunk = { options, trial };
  let runs = 0;
  const attempt = async (smaller: SimulationOptions): Promise<boolean> => {
    if (++runs > BUDGET) return false;
    const tried = await campaign.try(job, smaller);
    if (failed(tried.verdict)) best = { options: smaller, trial: tried };
    return failed(tried.verdict);
  };
  for (let before = ''; before !== sizeOf(best); ) {
    before = sizeOf(best);
    await leaveOut(best.trial.outcome.struck.map(({ key }) => key), (keys) => attempt({ ...best.options, only: new Set(keys) }));
    await leaveOut([...(best.options.events ?? job.events.keys())], (events) => (events.length > 0 ? attempt({ ...best.options, events }) : Promise.resolve(false)));
  }
  return best;
}

function sizeOf({ options, trial }: Shrunk): string {
  return `${trial.outcome.struck.length} ${options.events?.length}`;
}

/** Tries the list without halves, quarters and so on down to single items, and goes on with what `fails` accepts. */
async function leaveOut<T>(list: T[], fails: (smaller: T[]) => Promise<boolean>): Promise<void> {
  let kept = list;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; ) {
      const smaller = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(smaller)) kept = smaller;
      else from += size;
    }
  }
}
