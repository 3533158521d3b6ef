import { FAULT_KINDS, type FaultKind } from './fault-plan';
import type { SimulatedJob } from './jobs';
import { simulate, type Outcome, type SimulationOptions } from './simulation';
import { variantOf } from './variants';
import { failed, judge, type Verdict } from './verdict';

/** What a campaign has found so far. */
export interface Tally {
  runs: number;
  faults: Record<FaultKind, number>;
  checked: number;
  lost: number;
  doubled: number;
  /** Runs that did not end or gave errors that no fault explains. */
  broken: number;
}

export function newTally(): Tally {
  return { runs: 0, faults: Object.fromEntries(Object.keys(FAULT_KINDS).map((kind) => [kind, 0])) as Record<FaultKind, number>, checked: 0, lost: 0, doubled: 0, broken: 0 };
}

export interface Trial {
  outcome: Outcome;
  verdict: Verdict;
}

/** Runs jobs against their own runs without faults, which are kept. */
export class Campaign {
  private readonly references = new Map<string, Outcome>();

  /** One run, compared with the run of the same events without faults. */
  async try(job: SimulatedJob, options: SimulationOptions): Promise<Trial> {
    const expected = await this.reference(job, options);
    const outcome = await simulate(job, options);
    return { outcome, verdict: judge(expected, outcome) };
  }

  async reference(job: SimulatedJob, { seed, events, mutation }: SimulationOptions): Promise<Outcome> {
    // What must come out is what all rules give; without identities, contents are what is compared.
    const compared = mutation === 'identity' ? mutation : undefined;
    const key = `${variantOf(job, seed).key} ${events?.join() ?? 'all'} ${compared}`;
    const known = this.references.get(key) ?? (await simulate(job, { seed, events, mutation: compared, faultless: true }));
    // Shrinking tries many lists of events, each once or twice.
    if (events === undefined) this.references.set(key, known);
    return known;
  }
}

export function addTo(tally: Tally, { outcome, verdict }: Trial): void {
  tally.runs++;
  for (const { kind } of outcome.struck) tally.faults[kind]++;
  tally.checked += verdict.checked;
  tally.lost += verdict.lost.length;
  tally.doubled += verdict.doubled.length;
  if (failed(verdict) && verdict.lost.length + verdict.doubled.length === 0) tally.broken++;
}
