/**
 * The text of a golden script: a query, what is sent, and the rows that must come out.
 *
 * ```
 * -- what it shows
 * -- late: 5s, action: drop          (time policy, optional: late, early, outOfOrder, action)
 * SELECT …
 * > level 1.1                        (compatibility level; 1.2 unless said)
 * > together                         (all events come in one partition, in every world: their order is part of what is shown)
 * > send [input] [iotHub]            (events, one a line; `@time` after one is its arrival)
 * {"a": 1} @2024-01-01T00:00:05Z
 *   ~ {"User": {"priority": "high"}} (of the event above: its metadata; with `iotHub`, system properties as IoT Hub sets them)
 * > function name                   (a user-defined function or aggregate, in JavaScript)
 * > reference name [@time]           (rows of reference data; with a time, of the snapshot that holds from then on)
 * > rows [output]                    (expected, in any order)
 * {"a": 1}
 * > dead                             (expected reasons of dead letters)
 * invalid-json
 * ```
 */
import type { TimePolicy } from '../../shared/program';
import { iotHubMetadata } from '../../shared/sources/iot-hub-metadata';
import { parseDuration } from '../../shared/values/durations';
import { parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord } from '../../shared/values/value';
import type { Outcome, Scenario } from './worlds';

export interface Script extends Scenario {
  rows: Record<string, string[]>;
  dead: string[];
}

type Handler = (script: Script, words: (string | undefined)[], lines: string[]) => void;

const DIRECTIVES: Record<string, Handler> = {
  level: (script, [name]) => (script.level = name as Script['level']),
  together: (script) => (script.together = true),
  send: (script, [name = 'input', source], lines) => {
    if (!script.inputs.includes(name)) script.inputs.push(name);
    if (source === 'iotHub') (script.metadataColumns ??= {})[name] = ['IoTHub'];
    for (const line of lines) {
      if (line.startsWith('~ ')) Object.assign(script.events.at(-1) as Scenario['events'][number], metadataOf(JSON.parse(line.slice(2)) as Record<string, unknown>, source));
      else script.events.push(eventOf(name, line));
    }
  },
  reference: (script, [name = 'reference', time], lines) => {
    const rows = lines.map((line) => JSON.parse(line) as SqlRecord);
    (script.references as Record<string, SqlRecord[]>)[name] = rows;
    const from = parseDateTime(time?.replace(/^@/, '') ?? '');
    if (from !== undefined) ((script.snapshots ??= {})[name] ??= []).push({ path: time as string, time: from, from, rows });
  },
  function: (script, [name = 'main'], lines) => ((script.functions as Record<string, string>)[name] = lines.join('\n')),
  rows: (script, [name = 'output'], lines) => (script.rows[name] = lines.map((line) => JSON.stringify(JSON.parse(line))).sort()),
  dead: (script, _words, lines) => (script.dead = [...new Set(lines)].sort()),
};

export function parseScript(text: string): Script {
  const [head = '', ...sections] = text.split(/^> /m);
  const script: Script = { query: head, inputs: [], references: {}, functions: {}, events: [], rows: {}, dead: [], policy: policyOf(head) };
  for (const section of sections) {
    const [directive = '', ...lines] = section.split('\n');
    const [word = '', ...words] = directive.trim().split(/\s+/);
    const handler = DIRECTIVES[word];
    if (!handler) throw new Error(`there is no directive '${word}'`);
    handler(script, words, lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('--')));
  }
  return script;
}

function eventOf(input: string, line: string): Scenario['events'][number] {
  const arrival = /\s@(\S+)$/.exec(line);
  return { input, body: arrival ? line.slice(0, arrival.index) : line, ...(arrival ? { at: arrival[1] as string } : {}) };
}

function metadataOf(data: Record<string, unknown>, source: string | undefined): Pick<Scenario['events'][number], 'metadata' | 'raw'> {
  if (source === 'iotHub') return { metadata: { IoTHub: iotHubMetadata(data) ?? null }, raw: { system: data } };
  return { metadata: data as SqlRecord, raw: { user: data.User as Record<string, unknown> } };
}

/** `-- late: 5s, early: 5m, outOfOrder: 2s, action: drop` */
function policyOf(head: string): Partial<TimePolicy> {
  const policy: Record<string, unknown> = {};
  for (const [, key, value] of head.matchAll(/(late|early|outOfOrder|action): *(\w+)/g)) policy[key as string] = key === 'action' ? value : parseDuration(value as string);
  return policy as Partial<TimePolicy>;
}

/** The script with the rows that came instead of those expected; sections whose rows are the same stay as they are. */
export function withRows(text: string, { rows, letters }: Outcome): string {
  const script = parseScript(text);
  const sections = text.split(/^(?=> )/m).filter((section) => !/^> (rows|dead)\b/.test(section));
  const same = (name: string): boolean => JSON.stringify(script.rows[name] ?? []) === JSON.stringify(rows[name] ?? []);
  const kept = new Map(text.split(/^(?=> )/m).flatMap((section) => (section.startsWith('> rows') ? [[/^> rows *(\S*)/.exec(section)?.[1] || 'output', section] as const] : [])));
  const names = [...new Set([...Object.keys(script.rows), ...Object.keys(rows)])];
  const written = names.map((name) => (same(name) && kept.has(name) ? (kept.get(name) as string) : `> rows${name === 'output' ? '' : ` ${name}`}\n${(rows[name] ?? []).join('\n')}\n`));
  const dead = reasons(letters);
  return [...sections, ...written, ...(dead.length > 0 ? [`> dead\n${dead.join('\n')}\n`] : [])].map((section) => section.trimEnd()).join('\n') + '\n';
}

export function reasons(letters: readonly string[]): string[] {
  return [...new Set(letters.map((letter) => letter.split(' ')[0] as string))].sort();
}
