/**
 * The plan while it is being built. Registers are not numbered yet: every column has an id of its own, an expression's
 * `register` holds that id, and operators list the ids they output. Numbers are given at the end (finish.ts), so that a scan may
 * learn of columns as they are asked for and columns that nobody reads are never carried.
 */
import type { Operator, ScanColumn } from '../program';
import type { SqlType, StaticType } from '../values/value';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An operator without place and numbering; `columns` holds the ids of its output columns. */
export type Draft = DistributiveOmit<Operator, 'id' | 'stage' | 'layout'> & { outputs: number[] };
export type DraftOperator = Draft & { id: number; stage: string };
export type DraftOf<K extends Operator['kind']> = Extract<DraftOperator, { kind: K }>;

export interface Column {
  name: string;
  type: StaticType;
}

export class Graph {
  readonly operators: DraftOperator[] = [];
  readonly columns: Column[] = [];

  newColumn(name: string, type: StaticType): number {
    return this.columns.push({ name, type }) - 1;
  }

  add(draft: Draft): DraftOperator {
    const operator = { ...draft, id: this.operators.length, stage: '' } as DraftOperator;
    this.operators.push(operator);
    return operator;
  }

  get(id: number): DraftOperator {
    return this.operators[id] as DraftOperator;
  }

  /** The column of a scan or lookup that reads `name`, added when it is asked for the first time. */
  read(id: number, from: ScanColumn['from'], name: string, declared?: SqlType): number {
    const operator = this.get(id) as DraftOf<'scan'> | DraftOf<'lookup'>;
    const own = operator.columns;
    const base = operator.outputs.length - own.length;
    const known = own.findIndex((column) => column.from === from && column.name.toLowerCase() === name.toLowerCase());
    if (known >= 0) return operator.outputs[base + known] as number;
    own.push({ name, from, ...(declared ? { type: declared } : {}) });
    const type: StaticType = declared ?? (from === 'arrival' ? 'datetime' : from === 'record' || from === 'metadata' ? 'record' : 'any');
    const column = this.newColumn(name, type);
    operator.outputs.push(column);
    return column;
  }
}
