/** The job whose entities the hosts share, and how its entities are run: with the code of the app, without its bindings. */
import { compile } from '../../../../../../shared/compiler/compile';
import type { Program, TimePolicy } from '../../../../../../shared/program';
import type { PartitionEnvironment } from '../../../../../../shared/runtime/partition';

export const PARTITIONS = 4;
export const POLICY: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' };
export const ENVIRONMENT: PartitionEnvironment = { policy: POLICY, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter', gapTimeoutMs: Infinity };
export const FUNCTIONS = { entities: { partition: 'partition', group: 'group' }, orchestrators: {}, activities: {} };

export const program = (): Program =>
  compile('SELECT k, COUNT(*) AS n, SUM(v) AS total INTO windows FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)', { inputs: [{ name: 'input', kind: 'stream' }], shards: 2 });
