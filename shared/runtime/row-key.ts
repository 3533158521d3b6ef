import type { Evaluate, Expr } from '../program';
import { handleOf } from '../values/key';
import type { SqlValue } from '../values/value';
import type { Row } from './row';

/** A key that rows are grouped, partitioned or joined by. */
export class RowKey {
  /** The register that is the key as it is; -1: the key is computed. */
  private readonly register: number;

  constructor(
    key: readonly Expr[],
    private readonly evaluate: Evaluate<SqlValue[]>,
  ) {
    this.register = key.length === 1 && key[0]?.kind === 'register' ? key[0].index : -1;
  }

  /** Then reading it cannot fail. */
  get isRegister(): boolean {
    return this.register >= 0;
  }

  values(row: Row): SqlValue[] {
    return this.evaluate(row.r, row.t);
  }

  /** As `handleOf` of values/key.ts. */
  handle(row: Row): string | number {
    const value = this.register >= 0 ? row.r[this.register] : undefined;
    return typeof value === 'string' && value.charCodeAt(0) !== 0 ? value : handleOf(this.values(row));
  }
}
