import type { Program, ScanOperator } from '../../../shared/program';
import { field } from '../../../shared/values/fields';
import { formatDateTime, fromUnixMs, parseDateTime } from '../../../shared/values/ticks';
import type { SqlRecord } from '../../../shared/values/value';

/** The column that TIMESTAMP BY reads, when it is a plain column of the input. */
export function timeColumn(program: Program, input: string): string | undefined {
  const scan = program.plan.operators.find((op): op is ScanOperator => op.kind === 'scan' && op.input.toLowerCase() === input.toLowerCase() && op.timestamp?.kind === 'register');
  return scan?.timestamp?.kind === 'register' ? scan.columns[scan.timestamp.index]?.name : undefined;
}

/** The record with its time set to `nowMs`. */
export function rebased(record: SqlRecord, column: string, nowMs: number): SqlRecord {
  const name = Object.keys(record).find((key) => key.toLowerCase() === column.toLowerCase()) ?? column;
  const value = field(record, name);
  // Times that are not ISO text (epochs, say) keep their meaning only where they are.
  if (typeof value !== 'string' || parseDateTime(value) === undefined) return record;
  return { ...record, [name]: formatDateTime(fromUnixMs(nowMs)) };
}
