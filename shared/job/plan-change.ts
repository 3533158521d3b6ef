import type { Plan, Stage } from '../program';
import { stateOperators } from '../runtime/state-text';
import type { Ticks } from '../values/value';
import { replayLength } from './fingerprint';

/**
 * What becomes of an operator's state when a job's query is changed. `keep`: it goes on. `rebuild`: it is computed again from events that are
 * replayed. `incompatible`: the hub does not keep events for long enough to do so.
 */
export type StateVerdict = 'keep' | 'rebuild' | 'incompatible';

export interface OperatorChange {
  id: number;
  stage: string;
  verdict: StateVerdict;
  why: string;
}

export interface PlanChange {
  /** The worst of all: one operator that cannot go on takes the whole job with it, for its states belong together. */
  verdict: StateVerdict;
  operators: OperatorChange[];
  /** Operators of the old plan whose state nobody takes over. */
  abandoned: { id: number; stage: string }[];
  /** How much event time before its first row the new version must replay, in ticks. */
  replay: Ticks;
}

export interface FingerprintedPlan {
  plan: Plan;
  fingerprints: readonly string[];
}

/** Compares a plan with the one whose states are there; see {@link fingerprints} for what counts as the same. `retention` is that of the input's hub. */
export function comparePlans(old: FingerprintedPlan, next: FingerprintedPlan, retention: Ticks): PlanChange {
  const before = operatorsOf(old);
  const replay = replayLength(next.plan);
  const operators = operatorsOf(next).map(({ id, stage, fingerprint }): OperatorChange => {
    const sameId = before.find((op) => op.id === id && op.stage === stage);
    if (sameId?.fingerprint === fingerprint) return { id, stage, verdict: 'keep', why: 'does the same with the same rows' };
    const moved = before.find((op) => op.fingerprint === fingerprint);
    const why = moved ? `is what was ${moved.id} in ${moved.stage}; states are kept by number` : sameId ? 'it, or what comes before it, has changed' : 'is new';
    return replay > retention ? { id, stage, verdict: 'incompatible', why: `${why}; the events that it needs are older than the hub keeps` } : { id, stage, verdict: 'rebuild', why };
  });
  const abandoned = before.filter(({ id, stage }) => !operators.some((op) => op.id === id && op.stage === stage)).map(({ id, stage }) => ({ id, stage }));
  const isKept = abandoned.length === 0 && operators.every(({ verdict }) => verdict === 'keep');
  return { verdict: isKept ? 'keep' : replay > retention ? 'incompatible' : 'rebuild', operators, abandoned, replay };
}

function operatorsOf({ plan, fingerprints }: FingerprintedPlan): { id: number; stage: string; fingerprint: string }[] {
  const found = plan.stages.filter(({ kind }) => kind !== 'ingest').flatMap((stage: Stage) => stateOperators(plan, (own) => own === stage).map((id) => ({ id, stage: stage.id, fingerprint: fingerprints[id] as string })));
  // An exchange belongs to the stage that it leaves and to the one that it enters.
  return found.filter(({ id }, i) => found.findIndex((op) => op.id === id) === i);
}
