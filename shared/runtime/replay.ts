import type { Operator, Plan, Stage } from '../program';
import type { ReferenceTables } from './operators/lookup';

/** Operators that keep rows or what they make of them. What an exchange and an output have to send is in the accounts; rows of windows do not wait in front of it. */
const KEEPS = new Set<Operator['kind']>(['aggregate', 'analytic', 'join', 'match', 'union']);

/**
 * Whether operations applied again give the same state. What a user-defined function or reference data gives may be something else when it is asked again: a function may
 * keep something between its calls, or ask for the time, and a snapshot may have gone. So neither may have a part in what is kept: they may only stand behind a window, on
 * the way out.
 */
export function isReplayable(plan: Plan, isOwn: (stage: Stage) => boolean): boolean {
  return plan.stages.filter(isOwn).every((stage) => {
    const own = stage.operators.map((id) => plan.operators[id] as Operator);
    return own.every((op) => !(op.kind === 'lookup' || callsScript(op)) || (!KEEPS.has(op.kind) && comesFromWindows(op, own) && !feedsState(op, own)));
  });
}

function comesFromWindows({ inputs }: Operator, own: readonly Operator[]): boolean {
  return inputs.every((id) => {
    const before = own.find((op) => op.id === id);
    return before !== undefined && (before.kind === 'aggregate' || (!KEEPS.has(before.kind) && comesFromWindows(before, own)));
  });
}

function feedsState({ id }: Operator, own: readonly Operator[]): boolean {
  return own.some((op) => op.inputs.includes(id) && (KEEPS.has(op.kind) || feedsState(op, own)));
}

function callsScript(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, name } = value as { kind?: unknown; name?: unknown };
  return kind === 'udf' || (typeof name === 'string' && name.startsWith('uda.')) || Object.values(value).some(callsScript);
}

/** Reference data for operations that are applied again: what is joined with it leaves, and has left. So nothing is read, and nothing missed. */
export class ReplayedReferences implements ReferenceTables {
  isReplaying = true;

  constructor(private readonly references: ReferenceTables) {}

  at(name: string, t: number): ReturnType<ReferenceTables['at']> {
    return this.isReplaying ? NOTHING : this.references.at(name, t);
  }
}

const NOTHING = { rows: [] };
