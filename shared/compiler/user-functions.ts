import type { UserAggregate } from '../builtins/aggregates/user-defined';
import type { SqlValue } from '../values/value';
import type { Name, Span } from './ast';
import type { Context } from './context';
import { nearest } from './diagnostics';

/** The functions and aggregates that a job brings itself. Names are without regard to case. */
export interface UserFunctions {
  readonly names: readonly string[];
  /** Why a function of that name cannot be used; undefined when it can. */
  problemOf(name: string, as: 'udf' | 'uda'): string | undefined;
  call(name: string, args: readonly SqlValue[]): SqlValue;
  aggregate(name: string): UserAggregate;
}

export const NO_FUNCTIONS: UserFunctions = {
  names: [],
  problemOf: () => 'the job has no functions',
  call: (name) => {
    throw new Error(`udf.${name} was called, but the job has no functions`);
  },
  aggregate: (name) => {
    throw new Error(`uda.${name} was called, but the job has no functions`);
  },
};

/** Reports a function that is not there or cannot be used; gives its name in lower case. */
export function checkFunction(as: 'udf' | 'uda', name: Name, span: Span, { functions, diagnostics }: Context): string {
  const known = functions.names.find((n) => n.toLowerCase() === name.text.toLowerCase());
  if (known === undefined) diagnostics.add('unknown-udf', span, { name: `${as}.${name.text}`, file: `udf/${name.text}.js`, nearest: nearest(name.text, functions.names), as });
  else {
    const why = functions.problemOf(known, as);
    if (why !== undefined) diagnostics.add('invalid-udf', span, { name: `${as}.${known}`, why });
  }
  return name.text.toLowerCase();
}
