import { createHash } from 'node:crypto';
import { lookback } from '../compiler/finish';
import type { Operator, Plan, TimePolicy } from '../program';
import type { Ticks } from '../values/value';

/** What the meaning of a plan depends on besides the plan. */
export interface PlanContext {
  policy: TimePolicy;
  compatibilityLevel: string;
  /** Source text of the user-defined functions, by name. */
  functions: Readonly<Record<string, string>>;
}

/**
 * One fingerprint per operator, by id: of what it does and of everything above it. State that was gathered under a fingerprint may go on under the same one,
 * and under no other: a window that was half filled before its filter changed would be right for neither query.
 */
export function fingerprints(plan: Plan, context: PlanContext): string[] {
  const found: string[] = [];
  for (const op of plan.operators) {
    found.push(hash([meaningOf(op, plan, context), op.inputs.map((input) => found[input])]));
  }
  return found;
}

/** Numbers of operators and stages may change without changing what they do. */
function meaningOf(op: Operator, plan: Plan, { policy, compatibilityLevel, functions }: PlanContext): unknown {
  const withFunctions = (_name: string, value: unknown): unknown => {
    const name = scriptOf(value);
    return name === undefined ? value : { ...(value as object), kind: 'script', source: sourceOf(name, functions) };
  };
  const { id: _id, inputs: _inputs, stage: _stage, layout: _layout, ...own } = op;
  const text = JSON.stringify({ ...own, to: undefined }, withFunctions);
  if (op.kind === 'scan') return [text, policy, compatibilityLevel];
  return op.kind === 'exchange' ? [text, plan.stages.find((stage) => stage.id === op.to)?.shards] : text;
}

/** The function that an expression or an aggregate calls, `udf.f` or `uda.f`, when it is one of the job's own. */
function scriptOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, name } = value as { kind?: unknown; name?: unknown };
  if (typeof name !== 'string') return undefined;
  return kind === 'udf' ? name : kind === undefined && name.startsWith('uda.') ? name.slice('uda.'.length) : undefined;
}

function sourceOf(name: string, functions: PlanContext['functions']): string {
  return Object.entries(functions).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? '';
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12);
}

/** How much event time before a row its operators, one after another, look back: what must be replayed to compute it whole. */
export function replayLength(plan: Plan): Ticks {
  const lengths: Ticks[] = [];
  // The rows of a final aggregate are windows already: the partial one has looked back for it.
  for (const op of plan.operators) lengths.push((op.kind === 'aggregate' && op.phase === 'final' ? 0 : lookback(op)) + Math.max(0, ...op.inputs.map((input) => lengths[input] as Ticks)));
  return Math.max(0, ...lengths);
}
