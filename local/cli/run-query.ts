/** One query over events in memory, in process: what `weir run` and `weir conformance` share. */
import type { DeadLetter, OutputBatch } from '../../shared/event';
import type { Program, TimePolicy } from '../../shared/program';
import type { ReferenceTables } from '../../shared/runtime/operators/lookup';
import { Runner } from '../../shared/runtime/runner';
import type { SqlRecord, Ticks } from '../../shared/values/value';
import type { InputBatch, QueryInput } from './inputs/query-input';

export interface QueryRun {
  program: Program;
  inputs: QueryInput[];
  references: ReferenceTables;
  policy: TimePolicy;
  onError: 'dead-letter' | 'stop';
  onProgress?: (events: number) => void;
}

export interface QueryResult {
  /** Rows by output, in order of time. */
  outputs: Map<string, SqlRecord[]>;
  deadLetters: DeadLetter[];
}

const NOTHING = { rows: [] };

export function runQuery(run: QueryRun): QueryResult {
  const rows = new Map<string, { t: Ticks; order: number; values: SqlRecord }[]>();
  const deadLetters: DeadLetter[] = [];
  let order = 0;
  const runner = new Runner(run.program, {
    decoders: Object.fromEntries(run.inputs.map(({ name, decoder }) => [name.toLowerCase(), decoder])),
    readers: Object.fromEntries(run.inputs.map(({ name, openColumns }) => [name.toLowerCase(), openColumns])),
    partitions: Object.fromEntries(run.inputs.map(({ name, partitions = 1 }) => [name.toLowerCase(), partitions])),
    policy: run.policy,
    references: run.references,
    onError: run.onError,
    onOutput: ({ output, rows: batch }: OutputBatch) => {
      const list = rows.get(output) ?? [];
      rows.set(output, list);
      for (const { t, values } of batch) list.push({ t, order: order++, values });
    },
    onDeadLetters: (letters) => deadLetters.push(...letters),
  });
  let total = 0;
  for (const { input: { name, partitions = 1 }, batch: { partition = '0', events } } of interleave(run.inputs)) {
    runner.push({ input: name, partition, partitionCount: partitions, begin: 0, events });
    run.onProgress?.((total += events.length));
  }
  runner.finish();
  const outputs = new Map([...rows].map(([name, list]) => [name, list.sort((a, b) => a.t - b.t || a.order - b.order).map((row) => row.values)]));
  return { outputs, deadLetters };
}

/** Batches of all inputs in turn, so that joins see both sides and hold neither longer than needed. */
function* interleave(inputs: readonly QueryInput[]): Generator<{ input: QueryInput; batch: InputBatch }> {
  const all = inputs.map((input) => ({ input, batches: input.batches()[Symbol.iterator]() }));
  try {
    for (let open = all; open.length > 0; ) {
      const going = [];
      for (const each of open) {
        const { value, done } = each.batches.next();
        if (done) continue;
        going.push(each);
        yield { input: each.input, batch: value };
      }
      open = going;
    }
  } finally {
    for (const { batches } of all) batches.return?.();
  }
}

/** Reference data that is the same at all times, by name in any case. */
export function staticReferences(tables: Record<string, SqlRecord[]>): ReferenceTables {
  const byName = new Map(Object.entries(tables).map(([name, rows]) => [name.toLowerCase(), { rows }]));
  return { at: (name) => byName.get(name.toLowerCase()) ?? NOTHING };
}
