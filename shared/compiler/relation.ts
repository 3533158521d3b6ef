import type { Declared } from './declared';
import type { Diagnostics } from './diagnostics';
import type { Graph } from './graph';
import type { Context } from './context';
import type { UserFunctions } from './user-functions';

/** What a step gives to those who read from it. */
export interface StepResult {
  operator: number;
  /** Named columns; or one column that holds the whole record, when the names are only known row by row. */
  columns: { name: string; column: number }[] | { record: number };
}

/** Everything that binding a query needs to know besides the query. */
export interface Binding {
  graph: Graph;
  diagnostics: Diagnostics;
  binder: Context['binder'];
  functions: UserFunctions;
  /** Inputs by lower-case name. */
  inputs: ReadonlyMap<string, { name: string; kind: 'stream' | 'reference'; metadataColumns?: readonly string[] }>;
  declared: (input: string) => Declared | undefined;
  /** Whether events are read as compatibility level 1.0 does. */
  firstLevel: boolean;
  steps: Map<string, StepResult>;
  /** Scans that are shared between SELECTs: same input, same TIMESTAMP BY, same place in the SELECT. */
  scans: Map<string, number>;
}
