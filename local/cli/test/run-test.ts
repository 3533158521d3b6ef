import { messageOf } from '../../../shared/errors';
import { decodeCsv, encodeCsv } from '../../../shared/formats/csv';
import type { Job } from '../../../shared/job/load';
import { toJsonText } from '../../../shared/values/json';
import { parseDateTime } from '../../../shared/values/ticks';
import type { SqlRecord, Ticks } from '../../../shared/values/value';
import type { Row, Verdict } from '../conformance/case';
import { readRows } from '../conformance/read-rows';
import { jobSource } from '../query-source';
import { readRecords } from '../read-file';
import { eventsOf } from '../inputs/read-inputs';
import { recordsInput, type QueryInput } from '../inputs/query-input';
import { runQuery } from '../run-query';
import { rowDifference } from './row-difference';
import type { TestCase, TestFile } from './test-case';

/** When all events of a test arrive: events without a time of their own have the same in every run. */
const ARRIVAL = parseDateTime('2000-01-01T00:00:00Z') as Ticks;

/** Runs one test of a job over its files. An input without a file has no events; reference data without one is the job's own. */
export function runTest(job: Job, test: TestCase): Verdict {
  try {
    const { outputs, setAside } = rowsOf(job, test);
    const differences = [...test.expected].flatMap(([output, file]) => {
      const found = compareOutput(outputs.get(output) ?? [], file);
      return found === undefined ? [] : [`${output}: ${found}`];
    });
    return differences.length === 0 ? { id: test.id, passed: true } : { id: test.id, passed: false, reason: [...differences, ...setAside].join('\n') };
  } catch (error) {
    return { id: test.id, passed: false, reason: messageOf(error) };
  }
}

function rowsOf(job: Job, { inputs }: TestCase): { outputs: Map<string, SqlRecord[]>; setAside: string[] } {
  const isStream = (name: string): boolean => Object.hasOwn(job.definition.inputs, name);
  const references = Object.fromEntries([...inputs].filter(([name]) => !isStream(name)).map(([name, { path }]) => [name, path]));
  const source = jobSource(job, references);
  const records = ([name, { path, format, delimiter }]: [string, TestFile]): QueryInput =>
    recordsInput(name, eventsOf(readRecords(path, { ...source.formats[name], format, ...(delimiter === undefined ? {} : { delimiter }) }), ARRIVAL));
  const { outputs, deadLetters } = runQuery({ ...source, references: source.readReferences(), inputs: [...inputs].filter(([name]) => isStream(name)).map(records) });
  return { outputs, setAside: deadLetters.length === 0 ? [] : [`${deadLetters.length} events were set aside, the first: ${deadLetters[0]?.message}`] };
}

function compareOutput(rows: readonly SqlRecord[], { path }: TestFile): string | undefined {
  if (!/\.csv$/i.test(path)) return rowDifference(rows.map((row) => JSON.parse(toJsonText(row)) as Row), readRows(path));
  return rowDifference(rows.length === 0 ? [] : (decodeCsv(encodeCsv(rows, ',', 'en-US'), {}) as Row[]), readRecords(path) as Row[]);
}
