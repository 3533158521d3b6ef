import type { SqlType, SqlValue, StaticType } from '../values/value';

/** One parameter of a scalar function. */
export interface Parameter {
  name: string;
  /** Accepted types; `any` accepts all. Text is also accepted where only a datetime is, when it can be read as one. */
  types: readonly SqlType[] | 'any';
  optional?: boolean;
  /** The last parameter may repeat. */
  repeated?: boolean;
  /** Written as a bare word in the query, e.g. the date part of DATEADD; reaches `evaluate` as text. */
  keyword?: boolean;
}

/**
 * One scalar function or operator of the language: its signature, type rule and meaning, in one file with one line in
 * the registry.
 */
export interface ScalarFunction {
  /** Lower case. Operators have names too: `add`, `equal`, `like`. */
  name: string;
  parameters: readonly Parameter[];
  result: StaticType | ((args: readonly StaticType[]) => StaticType);
  /** `propagate` (default): any NULL argument gives NULL and `evaluate` is not called. `handled`: evaluate sees the NULLs. */
  nulls?: 'propagate' | 'handled';
  /**
   * Gets arguments that passed the NULL rule and the type check (`bindScalar` does both), so that it only computes.
   * Throws QueryError for what the language calls a runtime error.
   */
  evaluate: (...args: never[]) => SqlValue;
}

export const NUMBER = ['bigint', 'float'] as const;
export const TEXT = ['nvarchar(max)'] as const;
export const TIME = ['datetime'] as const;
export const INTEGER = ['bigint'] as const;

/** The type rule of functions that keep their (first) argument's type. */
export const sameType = (args: readonly StaticType[]): StaticType => args[0] ?? 'any';
