/**
 * The user-defined functions and aggregates of a job, in JavaScript.
 * (https://learn.microsoft.com/azure/stream-analytics/stream-analytics-javascript-user-defined-functions,
 * https://learn.microsoft.com/azure/stream-analytics/stream-analytics-javascript-user-defined-aggregates)
 */
import { QueryError } from '../errors';
import type { SqlValue, Ticks } from '../values/value';
import { LIMITS, Sandbox, type Limits } from './sandbox';
import { argumentsText, resultOf, wholeMs } from './wire';

/** An aggregate as functions over a state that is text: a step that fails leaves the state as it was. */
export interface ScriptAggregate {
  /** `state` is the empty text before the first value. Throws QueryError `udf-failed`. */
  accumulate(state: string, value: SqlValue, t: Ticks): string;
  /** The state without a value that was accumulated before; absent when the aggregate has no `deaccumulate`. */
  deaccumulate?(state: string, value: SqlValue, t: Ticks): string;
  computeResult(state: string): SqlValue;
}

/** The functions of a job. Names are without regard to case. */
export interface ScriptFunctions {
  readonly names: readonly string[];
  /** Why a function cannot be used as it is written; undefined when it can. Runs its top level. */
  problemOf(name: string, as: 'udf' | 'uda'): string | undefined;
  /** Throws QueryError `udf-failed` when the function throws, takes too long, or gives what is no value of the language. */
  call(name: string, args: readonly SqlValue[]): SqlValue;
  aggregate(name: string): ScriptAggregate;
}

/** `sources`: JavaScript by the name of the function. Nothing runs before a function is used. */
export function createUdfs(sources: Readonly<Record<string, string>>, limits: Limits = LIMITS): ScriptFunctions {
  const sandboxes = new Map(Object.entries(sources).map(([name, source]) => [name.toLowerCase(), new Sandbox(name, source, limits)]));
  const sandbox = (name: string): Sandbox => {
    const found = sandboxes.get(name.toLowerCase());
    if (found) return found;
    throw new QueryError('unknown-udf', `There is no function ${name}. Put it into the job's udf folder as ${name}.js with a function main.`);
  };
  return {
    names: Object.keys(sources),
    problemOf: (name, as) => problemOf(sandbox(name), as),
    call: (name, args) => resultOf(sandbox(name).run('call', argumentsText(args))),
    aggregate: (name) => aggregateOf(sandbox(name)),
  };
}

function problemOf(sandbox: Sandbox, as: 'udf' | 'uda'): string | undefined {
  try {
    sandbox.load();
    if (as === 'uda') sandbox.run('check', '');
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

function aggregateOf(sandbox: Sandbox): ScriptAggregate {
  const step = (entry: 'accumulate' | 'deaccumulate') => (state: string, value: SqlValue, t: Ticks): string => {
    const given = argumentsText([value]);
    const isTagged = state.startsWith(' ') || given.startsWith(' ');
    const next = sandbox.run(entry, `${isTagged ? ' ' : ''}[${state || 'null'},${given.trimStart().slice(1, -1)},${wholeMs(t)}]`);
    if (next === '{}') throw new QueryError('udf-failed', `Function '${sandbox.name}' resulted in an error: 'it keeps nothing in this: what an aggregate gathers must be in members of this, which are kept and moved between machines'`);
    return next;
  };
  const takesAway = sandbox.run('check', '') === 'true';
  return { accumulate: step('accumulate'), ...(takesAway ? { deaccumulate: step('deaccumulate') } : {}), computeResult: (state) => resultOf(sandbox.run('computeResult', state)) };
}
