import { join } from 'node:path';
import { compile } from '../../../shared/compiler/compile';
import { messageOf } from '../../../shared/errors';
import { createUdfs } from '../../../shared/udf/javascript';
import { decodeCsv, encodeCsv } from '../../../shared/formats/csv';
import { pathPattern } from '../../../shared/sinks/path-pattern';
import { fromJson, toJsonText } from '../../../shared/values/json';
import { TICKS_PER_SECOND, fromUnixMs, parseDateTime } from '../../../shared/values/ticks';
import type { TimePolicy } from '../../../shared/program';
import type { SqlRecord } from '../../../shared/values/value';
import { recordsInput, type QueryInput } from '../inputs/query-input';
import { runQuery, staticReferences } from '../run-query';
import type { ConformanceCase, Expected, Row, Verdict } from './case';
import { difference } from './compare';
import { readRows } from './read-rows';

/** Runs one case; `folder` is where its files are. */
export function runCase(test: ConformanceCase, folder: string): Verdict {
  try {
    const outputs = test.kind === 'output-path' ? runPath(test) : runRows(test, folder);
    if (test.expectedError) return { id: test.id, passed: false, reason: 'it ran, but must fail' };
    const reason = compareAll(test, outputs, folder);
    return reason === undefined ? { id: test.id, passed: true } : { id: test.id, passed: false, reason };
  } catch (error) {
    if (test.expectedError) return judgeError(test, messageOf(error));
    return { id: test.id, passed: false, reason: messageOf(error) };
  }
}

/** The wording is free; the function or field, the offending type and the remedy must be named. */
function judgeError(test: ConformanceCase, message: string): Verdict {
  const wanted = test.expectedError?.messageContains ?? '';
  const named = [...wanted.matchAll(/[Ff]unction '?(\w+)'? (?:has|resulted)|type '([^']+)'/g)].map((m) => (m[1] ?? m[2] ?? '').toLowerCase());
  const missing = named.filter((name) => !message.toLowerCase().includes(name));
  return missing.length === 0 ? { id: test.id, passed: true } : { id: test.id, passed: false, reason: `the error does not name ${missing.join(', ')}: ${message}` };
}

function runPath(test: ConformanceCase): Map<string, Row[]> {
  const path = pathPattern(test.pathPattern ?? '')(parseDateTime(test.timestamp ?? '') ?? 0, {});
  return new Map([['path', [{ path }]]]);
}

function load(rows: Row[] | { $file: string } | undefined, folder: string): Row[] {
  if (Array.isArray(rows) || rows === undefined) return rows ?? [];
  return readRows(join(folder, rows.$file));
}

function runRows(test: ConformanceCase, folder: string): Map<string, Row[]> {
  const level = test.settings?.compatibilityLevel ?? '1.2';
  const booleansAsBit = level === '1.2';
  const records = (rows: Row[]): SqlRecord[] => rows.map((row) => fromJson(structuredClone(row), { booleansAsBit }) as SqlRecord);
  const inputs = Object.entries(test.inputs).map(([name, rows]) => inputOf(name, test.settings?.inputFormat === 'csv' && test.csv?.[name] ? decodeCsv(test.csv[name], {}) : records(load(rows, folder))));
  const references = Object.fromEntries(Object.entries(test.referenceData ?? {}).map(([name, rows]) => [name, records(load(rows, folder))]));
  const policy = policyOf(test);
  const program = compile(test.queryFixed ?? test.query, {
    inputs: [...inputs.map(({ name }) => ({ name, kind: 'stream' as const })), ...Object.keys(references).map((name) => ({ name, kind: 'reference' as const }))],
    udf: createUdfs(test.udf ?? {}),
    dropsOutOfOrder: policy.action === 'drop',
    lowerCaseNames: level === '1.0',
  });
  const { outputs } = runQuery({ program, inputs, references: staticReferences(references), policy, onError: 'stop' });
  const asCsv = test.settings?.outputFormat === 'csv';
  return new Map([...outputs].map(([name, rows]) => [name, asCsv ? (decodeCsv(encodeCsv(rows, ',', test.settings?.dataLocale ?? 'en-US'), {}) as Row[]) : rows.map((row) => JSON.parse(toJsonText(row)) as Row)]));
}

function inputOf(name: string, rows: SqlRecord[]): QueryInput {
  const events = rows.map((row) => {
    const { _arrivalTime: arrival, ...record } = row;
    return { record, arrival: parseDateTime(String(arrival ?? '')) ?? fromUnixMs(Date.UTC(2024, 0, 1)) };
  });
  return recordsInput(name, events);
}

function policyOf({ settings = {} }: ConformanceCase): TimePolicy {
  const seconds = (n: number | null | undefined): number | 'unlimited' => (n === undefined || n === null ? 'unlimited' : n * TICKS_PER_SECOND);
  return {
    early: seconds(settings.earlyArrivalSeconds),
    late: seconds(settings.lateArrivalSeconds),
    // A file without a policy is processed in the order of its times.
    outOfOrder: settings.outOfOrderSeconds === undefined ? 1e15 : settings.outOfOrderSeconds * TICKS_PER_SECOND,
    action: settings.outOfOrderPolicy?.toLowerCase() === 'drop' ? 'drop' : 'adjust',
  };
}

function compareAll(test: ConformanceCase, outputs: Map<string, Row[]>, folder: string): string | undefined {
  const named = (name: string): Row[] => [...outputs].find(([output]) => output.toLowerCase() === name.toLowerCase())?.[1] ?? [];
  const { compare } = test;
  for (const expected of test.expectedFixed ?? test.expected) {
    if (test.kind === 'output-path') {
      const path = outputs.get('path')?.[0]?.path;
      if (path !== pathOf(expected)) return `the path is ${String(path)}, expected ${pathOf(expected)}`;
      continue;
    }
    const found = difference(named(expected.output), load(expected.rows, folder).map(withoutRemarks), {
      ordered: compare.rowOrder === 'ordered',
      orderedBy: compare.rowOrder?.startsWith('ordered-per-key:') ? compare.rowOrder.slice('ordered-per-key:'.length) : undefined,
      asInstant: compare.datetime === 'as-instant',
      ignoreCase: compare.columnCase === 'insensitive',
      positional: compare.columns === 'positional',
      tolerance: compare.numericTolerance ?? 1e-12,
      mode: compare.mode ?? compare.rowOrder,
    });
    if (found) return `${expected.output}: ${found}`;
  }
  return undefined;
}

/** Members that start with `_` tell about a row and are not part of it. */
function withoutRemarks(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('_')));
}

function pathOf(expected: Expected): string {
  const first = Array.isArray(expected.rows) ? expected.rows[0] : undefined;
  return String(expected.path ?? first?.path ?? Object.values(first ?? {})[0]);
}
