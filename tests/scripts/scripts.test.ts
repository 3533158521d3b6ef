/**
 * Golden scripts: a query, what is sent, and the rows that must come out, in every world. A script:
 *
 * ```
 * -- what it shows
 * -- late: 5s, action: drop          (time policy, optional)
 * SELECT …
 * > send [input] [iotHub]            (events, one a line; `@time` after one is its arrival)
 * {"a": 1}
 *   ~ {"iothub-connection-device-id": "d1"}   (of the event above: system properties as IoT Hub sets them)
 * > rows output                      (expected, in any order)
 * {"a": 1}
 * > dead                             (expected reasons of dead letters)
 * invalid-json
 * ```
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TimePolicy } from '../../shared/program';
import { iotHubMetadata } from '../../shared/sources/iot-hub-metadata';
import { parseDuration } from '../../shared/values/durations';
import type { SqlRecord } from '../../shared/values/value';
import { WORLDS, runWorld, type Scenario } from './worlds';

interface Script extends Scenario {
  metadataColumns: Record<string, string[]>;
  rows: Record<string, string[]>;
  dead: string[];
  worlds: readonly string[] | undefined;
}

function parseScript(text: string): Script {
  const [head = '', ...sections] = text.split(/^> /m);
  const script: Script = { query: head, inputs: [], references: {}, events: [], rows: {}, dead: [], metadataColumns: {}, worlds: undefined, policy: policyOf(head) };
  for (const section of sections) {
    const [directive = '', ...lines] = section.split('\n');
    const [word, name = word === 'send' ? 'input' : 'output', source] = directive.trim().split(/\s+/);
    const body = lines.filter((line) => line.trim() !== '' && !line.startsWith('--'));
    if (word === 'send') {
      if (!script.inputs.includes(name)) script.inputs.push(name);
      if (source === 'iotHub') script.metadataColumns[name] = ['IoTHub'];
      for (const line of body) {
        if (line.startsWith('  ~ ')) (script.events.at(-1) as Scenario['events'][number]).metadata = { IoTHub: iotHubMetadata(JSON.parse(line.slice(4)) as Record<string, unknown>) ?? null };
        else script.events.push(eventOf(name, line));
      }
    } else if (word === 'rows') script.rows[name] = body.map((line) => JSON.stringify(JSON.parse(line))).sort();
    else if (word === 'reference') (script.references as Record<string, SqlRecord[]>)[name] = body.map((line) => JSON.parse(line) as SqlRecord);
    else if (word === 'dead') script.dead = body.map((line) => line.trim()).sort();
    else if (word === 'only') script.worlds = [directive.slice('only'.length).trim()];
    else throw new Error(`there is no directive '${word}'`);
  }
  return script;
}

function eventOf(input: string, line: string): Scenario['events'][number] {
  const arrival = /\s@(\S+)$/.exec(line);
  return { input, body: arrival ? line.slice(0, arrival.index) : line, ...(arrival ? { at: arrival[1] as string } : {}) };
}

/** `-- late: 5s, early: 5m, outOfOrder: 2s, action: drop` */
function policyOf(head: string): Partial<TimePolicy> {
  const policy: Record<string, unknown> = {};
  for (const [, key, value] of head.matchAll(/(late|early|outOfOrder|action): *(\w+)/g)) policy[key as string] = key === 'action' ? value : parseDuration(value as string);
  return policy as Partial<TimePolicy>;
}

const folder = join(__dirname, 'cases');
for (const file of readdirSync(folder).sort()) {
  describe(file.replace('.sql', ''), () => {
    const script = parseScript(readFileSync(join(folder, file), 'utf8'));
    for (const world of WORLDS.filter((w) => !script.worlds || script.worlds.includes(w.name))) {
      it(world.name, () => {
        const outcome = runWorld(script, world);
        expect(outcome.rows).toEqual(Object.fromEntries(Object.entries(script.rows).filter(([, rows]) => rows.length > 0)));
        expect([...new Set(outcome.letters.map((letter) => letter.split(' ')[0]))].sort()).toEqual([...new Set(script.dead)]);
        for (const partition of Object.values(outcome.status).flat()) {
          const dead = Object.values(partition.deadLettered).reduce((a, b) => a + b, 0);
          expect(partition.events).toBe(partition.filtered + dead + partition.applied + partition.pending);
        }
      });
    }
  });
}
