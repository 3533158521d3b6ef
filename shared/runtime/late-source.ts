import { alignUp } from '../builtins/windows/alignment';
import type { ExchangeOperator, Plan } from '../program';
import type { Ticks } from '../values/value';
import type { Row } from './row';

/**
 * The row as it can still be used where time has come to `reached`: undefined when it cannot. Only a source that was not known while time moved on, a
 * partition that was added to its hub, sends rows below it.
 *
 * - A row that stands for itself gets the time `reached`, as a late event does.
 * - Partial aggregates of a tumbling or snapshot window that has closed go into the next one, so that every event still counts once.
 * - Those of a hopping window that has closed are lost to it: the later windows that their events are in have them already.
 */
export function caughtUp(row: Row, entry: number, reached: Ticks, plan: Plan): Row | undefined {
  if (row.t >= reached) return row;
  const source = plan.operators[(plan.operators[entry] as ExchangeOperator).inputs[0] as number];
  if (source?.kind !== 'aggregate' || source.phase !== 'partial') return { ...row, t: reached };
  const window = source.windows[row.r[row.r.length - 1] as number];
  if (window?.kind === 'hopping') return undefined;
  return { ...row, t: window?.kind === 'tumbling' ? alignUp(reached, window.size, window.offset) : reached };
}
