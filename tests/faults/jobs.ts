/** What is run: every golden script, and the sample job on some of its events. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadJob, type Job } from '../../shared/job/load';
import { formatDateTime, TICKS_PER_MS } from '../../shared/values/ticks';
import { parseScript, type Script } from '../scripts/script';
import { SINK_KINDS, type SinkKind } from './variants';

const ROOT = join(__dirname, '../..');
const CASES = join(ROOT, 'tests/scripts/cases');
const SAMPLE = join(ROOT, 'jobs/earthquakes');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIDNIGHT = Date.UTC(2024, 0, 1);

export interface SimulatedEvent {
  input: string;
  body: string;
  /** ms since 1970. */
  arrivalMs: number;
  /** System properties of the message, besides those that every message has; and the sender's own properties. */
  raw?: { system?: Record<string, unknown>; user?: Record<string, unknown> };
}

export interface SimulatedJob {
  name: string;
  job: Job;
  /** Files of reference data: content by path. */
  references: Record<string, string>;
  /** In the order of arrival. */
  events: SimulatedEvent[];
  /** How each output may be written. */
  outputs: Record<string, readonly SinkKind[]>;
  /** The script's rows depend on the order of all its events. */
  onePartition: boolean;
  /** The rows of the script, sorted; absent where the time of arrival decides them. */
  expected?: Record<string, string[]>;
}

/** A row with a column `id`, in any case, is the document of that id, whichever row came last: its identity is no longer Weir's. */
const NO_DOCUMENTS = SINK_KINDS.filter((kind) => !kind.startsWith('cosmos'));

/** All jobs, by name: those of the scripts, `earthquakes` and `telemetry`. */
export function simulatedJobs(): SimulatedJob[] {
  const scripts = readdirSync(CASES).filter((file) => file.endsWith('.sql')).sort();
  return [...scripts.map((file) => scriptJob(basename(file, '.sql'), parseScript(readFileSync(join(CASES, file), 'utf8')))), sampleJob(), telemetryJob()];
}

function scriptJob(name: string, script: Script): SimulatedJob {
  const bodies = script.events.map(({ body }) => body).join('\n');
  const times = [...bodies.matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g)].map(([text]) => Date.parse(text)).filter(Number.isFinite);
  // Without a time in them, the moment does not matter.
  const [oldest, newest] = times.length > 0 ? [Math.min(...times), Math.max(...times)] : [MIDNIGHT, MIDNIGHT];
  // All events arrive after the latest time in them, one after another, and none is late.
  const start = newest + MINUTE;
  const events = script.events.map(({ input, body, at, raw }, i) => ({ input, body, arrivalMs: at === undefined ? start + i * 300 : Date.parse(at), raw }));
  const minutes = (ms: number): string => `${Math.ceil(ms / MINUTE)}m`;
  const patient = { late: minutes(start - oldest + 5 * MINUTE), outOfOrder: minutes(newest - oldest + MINUTE), early: '5m' };
  const outputs = outputsOf(script);
  const definition = {
    name: name.replace(/[^A-Za-z0-9-]/g, '-'),
    inputs: Object.fromEntries(script.inputs.map((input) => [input, { type: script.metadataColumns?.[input] ? 'iotHub' : 'eventHub', connection: 'EVENTHUB', eventHub: input }])),
    outputs: Object.fromEntries(Object.keys(outputs).map((output) => [output, { type: 'blob', connection: 'AzureWebJobsStorage', container: output, path: 'rows' }])),
    referenceData: Object.fromEntries(Object.keys(script.references ?? {}).map((reference) => [reference, { type: 'blob', connection: 'AzureWebJobsStorage', container: 'reference', path: script.snapshots?.[reference] ? `${reference}/{date}/{time}.json` : `${reference}.json` }])),
    time: { ...patient, ...timeOf(script) },
    compatibilityLevel: script.level ?? '1.2',
  };
  const job = jobOf(definition, script.query, script.functions);
  return { name, job, references: referenceFiles(script), events: events.sort((a, b) => a.arrivalMs - b.arrivalMs), outputs, onePartition: script.together === true, expected: expectedOf(script, job) };
}

/** Under a fixed path, or in snapshots of full hours. */
function referenceFiles({ references = {}, snapshots = {} }: Script): Record<string, string> {
  const fixed = Object.entries(references).map(([table, rows]) => [`${table}.json`, JSON.stringify(rows)] as const);
  const changing = Object.entries(snapshots).flatMap(([table, list]) => list.map(({ time, rows }) => [`${table}/${formatDateTime(time).slice(0, 13).replace(/[-T]/g, '/')}.json`, JSON.stringify(rows)] as const));
  return Object.fromEntries([...fixed, ...changing]);
}

/** The time policy that the script sets, as job.json writes it. */
function timeOf({ policy = {} }: Script): Record<string, string> {
  return Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, typeof value === 'number' ? `${value / TICKS_PER_MS}ms` : value]));
}

function outputsOf({ rows, query }: Script): Record<string, readonly SinkKind[]> {
  const names = [...new Set([...Object.keys(rows), ...[...query.replace(/--.*/g, '').matchAll(/\bINTO\s+(\w+)/gi)].map((match) => match[1] as string)])];
  return Object.fromEntries(names.map((name) => [name, (rows[name] ?? []).some((row) => /"id":/i.test(row)) ? NO_DOCUMENTS : SINK_KINDS]));
}

/**
 * The script's rows where they must come out here too. Without TIMESTAMP BY, or with a limit to lateness, the time of arrival decides about them, which is another one
 * here unless the script says it; and a trigger gives every event some metadata.
 */
function expectedOf({ rows, policy = {}, events }: Script, { program }: Job): Record<string, string[]> | undefined {
  const scans = program.plan.operators.flatMap((operator) => (operator.kind === 'scan' ? [operator] : []));
  const byArrival = scans.some(({ timestamp }) => !timestamp) || Object.keys(policy).length > 0;
  const readsMetadata = scans.some(({ columns }) => columns.some(({ from }) => from === 'metadata'));
  return readsMetadata || (byArrival && events.some(({ at }) => at === undefined)) ? undefined : rows;
}

/** The job is read as it would be from its folder. */
function jobOf(definition: object, query: string, functions: Readonly<Record<string, string>> = {}): Job {
  const folder = mkdtempSync(join(tmpdir(), 'weir-simulated-'));
  try {
    writeFileSync(join(folder, 'job.json'), JSON.stringify(definition));
    writeFileSync(join(folder, 'query.saql'), query);
    mkdirSync(join(folder, 'udf'));
    for (const [name, text] of Object.entries(functions)) writeFileSync(join(folder, 'udf', `${name}.js`), text);
    return loadJob(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How long after its time the n-th quake arrives, in ms: some are out of order, some late by more than is tolerated, and those after a pause nearly. */
function delayOf(n: number): number {
  if (n % 13 === 0) return 6_500;
  return n % 12 < 4 ? 4_900 : 100 + ((n * 977) % 4_800);
}

/** 60 earthquakes whose times are moved together: one every 300 ms, and after every 12 a pause in which the clock moves time on. */
function sampleJob(): SimulatedJob {
  const start = MIDNIGHT;
  const all = readFileSync(join(SAMPLE, 'events.ndjson'), 'utf8').trim().split('\n');
  const picked = Array.from({ length: 60 }, (_, i) => JSON.parse(all[Math.floor((i * all.length) / 60)] as string) as Record<string, unknown>);
  const events = picked.map((quake, i): SimulatedEvent => {
    const time = start + i * 300 + Math.floor(i / 12) * 25_000;
    return { input: 'quakes', body: JSON.stringify({ ...quake, time: new Date(time).toISOString() }), arrivalMs: time + delayOf(i) };
  });
  const outputs = { strong: NO_DOCUMENTS, regions: SINK_KINDS, history: SINK_KINDS, archive: NO_DOCUMENTS };
  return { name: 'earthquakes', job: loadJob(SAMPLE), references: {}, events: events.sort((a, b) => a.arrivalMs - b.arrivalMs), outputs, onePartition: false };
}

const TELEMETRY = `
SELECT k, n, v INTO high FROM readings TIMESTAMP BY t WHERE v > 5
SELECT k, n, LAG(n) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS before INTO steps FROM readings TIMESTAMP BY t
SELECT k, COUNT(*) AS c, SUM(n) AS total, System.Timestamp() AS e INTO windows FROM readings TIMESTAMP BY t GROUP BY k, HoppingWindow(second, 4, 2)
SELECT k, PartitionId AS p, COUNT(*) AS c, System.Timestamp() AS e INTO here FROM readings TIMESTAMP BY t GROUP BY k, PartitionId, TumblingWindow(second, 2)
SELECT k, COUNT(*) AS c, System.Timestamp() AS e INTO visits FROM readings TIMESTAMP BY t GROUP BY k, SessionWindow(second, 1, 20) OVER (PARTITION BY k)
SELECT a.k, a.n AS x, b.n AS y INTO pairs FROM readings a TIMESTAMP BY t JOIN readings b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(millisecond, a, b) BETWEEN 1 AND 1000`;

/** 100 events, many at once: rows that are regrouped one by one, of which an entity has several to send at any time. */
function telemetryJob(): SimulatedJob {
  const start = MIDNIGHT;
  const events = Array.from({ length: 100 }, (_, n): SimulatedEvent => {
    const time = start + n * 80 + Math.floor(n / 40) * 12_000;
    return { input: 'readings', body: JSON.stringify({ k: 'abcd'[(n * 7) % 4], n, v: (n * 5) % 11, t: new Date(time).toISOString() }), arrivalMs: time + 50 + ((n * 389) % 900) };
  });
  const outputs = Object.fromEntries(['high', 'steps', 'windows', 'here', 'visits', 'pairs'].map((name) => [name, SINK_KINDS]));
  const definition = {
    name: 'telemetry',
    inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings' } },
    outputs: Object.fromEntries(Object.keys(outputs).map((output) => [output, { type: 'blob', connection: 'AzureWebJobsStorage', container: output, path: 'rows' }])),
    time: { late: '3s', outOfOrder: '1s' },
  };
  return { name: 'telemetry', job: jobOf(definition, TELEMETRY), references: {}, events: events.sort((a, b) => a.arrivalMs - b.arrivalMs), outputs, onePartition: false };
}
