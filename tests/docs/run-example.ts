import { compile } from '../../shared/compiler/compile';
import type { InputEvent } from '../../shared/event';
import { createDecoder, type FormatOptions } from '../../shared/formats/decoder';
import type { TimePolicy } from '../../shared/program';
import { Runner } from '../../shared/runtime/runner';
import { createUdfs } from '../../shared/udf/javascript';
import { parseDuration } from '../../shared/values/durations';
import { parseJson, toJsonText } from '../../shared/values/json';
import { TICKS_PER_DAY, fromUnixMs, parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord } from '../../shared/values/value';
import type { Example, ExampleEvent } from './examples';

export interface Result {
  /** Rows as JSON text by output, sorted. */
  rows: Record<string, string[]>;
  /** Reasons, sorted. */
  dead: string[];
}

/** Events without a time of arrival arrive then. */
const ARRIVAL = fromUnixMs(Date.UTC(2024, 0, 1));

/** Runs an example in process; `roundTrip` serialises all state after every event. Throws what the compiler throws. */
export function runExample(example: Example, roundTrip: boolean): Result {
  const rows: Record<string, string[]> = {};
  const dead: string[] = [];
  const booleansAsBit = (example.settings.level ?? '1.2') === '1.2';
  const decoder = createDecoder({ format: (example.settings.format ?? 'json') as FormatOptions['format'], booleansAsBit, ...(example.settings.compression === 'gzip' ? { compression: 'gzip' } : {}) });
  const program = compileExample(example);
  const inputs = streamsOf(example);
  const runner = new Runner(program, {
    decoders: Object.fromEntries(inputs.map((name) => [name.toLowerCase(), decoder])),
    policy: policyOf(example.settings),
    references: { at: (name) => ({ rows: (example.references[name] ?? []).map((line) => parseJson(line, { booleansAsBit }) as SqlRecord) }) },
    onError: 'dead-letter',
    onOutput: ({ output, rows: batch }) => batch.forEach((row) => (rows[output] ??= []).push(toJsonText(row.values))),
    onDeadLetters: (letters) => letters.forEach((letter) => dead.push(letter.reason)),
    ...(roundTrip ? { roundTrip } : {}),
  });
  for (const [input, events] of Object.entries(example.inputs)) {
    const batch = events.map(toEvent);
    const batches = roundTrip ? batch.map((event) => [event]) : [batch];
    for (const part of batches) runner.push({ input, partition: '0', partitionCount: 1, begin: 0, events: part });
  }
  runner.finish();
  Object.values(rows).forEach((list) => list.sort());
  return { rows, dead: dead.sort() };
}

export function compileExample(example: Example): ReturnType<typeof compile> {
  return compile(example.sql, {
    inputs: [...streamsOf(example).map((name) => ({ name, kind: 'stream' as const })), ...[...Object.keys(example.references), ...(example.settings.references?.split(' ') ?? [])].map((name) => ({ name, kind: 'reference' as const }))],
    ...(example.settings.outputs ? { outputs: example.settings.outputs.split(' ') } : {}),
    lowerCaseNames: example.settings.level === '1.0',
    dropsOutOfOrder: example.settings.action === 'drop',
    udf: createUdfs(example.udfs),
  });
}

/** An example without events reads `input`. */
function streamsOf(example: Example): string[] {
  const named = Object.keys(example.inputs);
  return named.length > 0 ? named : (example.settings.inputs ?? 'input').split(' ');
}

function toEvent({ body, arrives, metadata }: ExampleEvent, sequenceNumber: number): InputEvent {
  const enqueued = arrives === undefined ? ARRIVAL : parseDateTime(arrives);
  if (enqueued === undefined) throw new Error(`'${arrives}' is no time of arrival`);
  return { sequenceNumber, enqueued, body: Buffer.from(body), ...(metadata ? { metadata: JSON.parse(metadata) as SqlRecord } : {}) };
}

/** Without settings nothing is late, and events are put into the order of their times. */
function policyOf(settings: Record<string, string>): TimePolicy {
  const duration = (name: string, otherwise: number | 'unlimited'): number | 'unlimited' => (settings[name] === undefined ? otherwise : (parseDuration(settings[name]) ?? 'unlimited'));
  return { early: duration('early', 'unlimited'), late: duration('late', 'unlimited'), outOfOrder: duration('out-of-order', TICKS_PER_DAY) as number, action: settings.action === 'drop' ? 'drop' : 'adjust' };
}
