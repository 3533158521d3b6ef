/** One query over events in memory, in process: what `weir run` and `weir conformance` share. */
import type { OutputBatch, DeadLetter, InputEvent } from '../../shared/event';
import type { Program, TimePolicy } from '../../shared/program';
import type { ReferenceTables } from '../../shared/runtime/operators/lookup';
import { Runner } from '../../shared/runtime/runner';
import type { SqlRecord, Ticks } from '../../shared/values/value';

export interface QueryInput {
  name: string;
  /** In the order of arrival. What a service notes on an event (`IoTHub`, `User`) is a member of its record in a file. */
  events: { record: SqlRecord; arrival: Ticks }[];
}

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

const BATCH = 1_000;
const EMPTY = new Uint8Array(0);
const NOTHING = { rows: [] };

export function runQuery(run: QueryRun): QueryResult {
  const rows = new Map<string, { t: Ticks; order: number; values: SqlRecord }[]>();
  const deadLetters: DeadLetter[] = [];
  let order = 0;
  const current: SqlRecord[][] = [];
  let position = 0;
  const runner = new Runner(run.program, {
    // Events are records already: the decoder hands them over one by one in the order in which they are read.
    decoders: Object.fromEntries(run.inputs.map(({ name }) => [name.toLowerCase(), () => current[position++] as SqlRecord[]])),
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
  for (const { input, events } of interleave(run.inputs)) {
    current.length = 0;
    position = 0;
    events.forEach((event) => current.push([event.record]));
    const batch = events.map((event): InputEvent => ({ sequenceNumber: event.sequenceNumber, enqueued: event.arrival, body: EMPTY, metadata: event.record }));
    runner.push({ input, partition: '0', partitionCount: 1, begin: 0, events: batch });
    run.onProgress?.((total += events.length));
  }
  runner.finish();
  const outputs = new Map([...rows].map(([name, list]) => [name, list.sort((a, b) => a.t - b.t || a.order - b.order).map((row) => row.values)]));
  return { outputs, deadLetters };
}

/** Batches of all inputs in turn, so that joins see both sides and hold neither longer than needed. */
function* interleave(inputs: readonly QueryInput[]): Generator<{ input: string; events: { record: SqlRecord; arrival: Ticks; sequenceNumber: number }[] }> {
  const longest = Math.max(0, ...inputs.map((input) => input.events.length));
  for (let start = 0; start < longest; start += BATCH) {
    for (const { name, events } of inputs) {
      const slice = events.slice(start, start + BATCH);
      if (slice.length > 0) yield { input: name, events: slice.map((event, i) => ({ ...event, sequenceNumber: start + i })) };
    }
  }
}

/** Reference data that is the same at all times, by name in any case. */
export function staticReferences(tables: Record<string, SqlRecord[]>): ReferenceTables {
  const byName = new Map(Object.entries(tables).map(([name, rows]) => [name.toLowerCase(), { rows }]));
  return { at: (name) => byName.get(name.toLowerCase()) ?? NOTHING };
}
