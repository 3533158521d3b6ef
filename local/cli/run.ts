import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonText } from '../../shared/values/json';
import { fromUnixMs } from '../../shared/values/ticks';
import type { Command } from './command';
import { pairs, querySource } from './query-source';
import { readRecords } from './read-file';
import { runQuery } from './run-query';

export const run: Command = {
  name: 'run',
  usage: 'weir run (--job DIR | --query FILE) --input A=FILE… [--reference A=FILE…] --out DIR',
  summary: 'run a query over files to the end; writes DIR/<output>.json, one row a line',
  options: {
    job: { type: 'string', help: 'job folder' },
    query: { type: 'string', help: 'query file, without a job' },
    input: { type: 'string', multiple: true, help: 'NAME=FILE: events of an input (NDJSON, JSON array, CSV)' },
    reference: { type: 'string', multiple: true, help: 'NAME=FILE: reference data' },
    out: { type: 'string', help: 'folder for the results' },
    'on-error': { type: 'string', help: 'stop: a row that fails stops the run; default: as the job says, else dead-letter' },
  },
  run: async (call) => {
    const { values, note, isTerminal } = call;
    if (typeof values.out !== 'string') throw new Error('name a folder for the results with --out DIR');
    const source = querySource(call);
    // Without TIMESTAMP BY all events of a file have one arrival time.
    const arrival = fromUnixMs(Date.now());
    const inputs = Object.entries(pairs(values.input, 'input')).map(([name, file]) => ({ name, events: readRecords(file).map((record) => ({ record, arrival })) }));
    requireInputs(source.program.plan.inputs.flatMap((i) => (i.kind === 'stream' ? [i.name] : [])), inputs.map((i) => i.name));
    const onProgress = isTerminal ? (events: number): void => void process.stderr.write(`\r${events} events`) : undefined;
    const { outputs, deadLetters } = runQuery({ ...source, inputs, onError: values['on-error'] === 'stop' ? 'stop' : source.onError, ...(onProgress ? { onProgress } : {}) });
    if (isTerminal) process.stderr.write('\r\u001b[K');
    mkdirSync(values.out, { recursive: true });
    for (const name of source.program.plan.outputs) {
      const rows = outputs.get(name) ?? [];
      writeFileSync(join(values.out, `${name}.json`), rows.map((row) => `${toJsonText(row)}\n`).join(''));
      note(`${name}: ${rows.length} rows`);
    }
    if (deadLetters.length > 0) {
      writeFileSync(join(values.out, 'dead-letters.json'), deadLetters.map((letter) => `${JSON.stringify(letter)}\n`).join(''));
      note(`dead letters: ${deadLetters.length}, the first: ${deadLetters[0]?.message}`);
    }
    return 0;
  },
};

function requireInputs(declared: readonly string[], given: readonly string[]): void {
  const lower = given.map((name) => name.toLowerCase());
  const missing = declared.filter((name) => !lower.includes(name.toLowerCase()));
  if (missing.length > 0) throw new Error(`no file is given for the input ${missing.join(', ')}: add --input ${missing[0]}=FILE`);
  const unknown = given.filter((name) => !declared.some((d) => d.toLowerCase() === name.toLowerCase()));
  if (unknown.length > 0) throw new Error(`the query has no input ${unknown.join(', ')}; it has ${declared.join(', ')}`);
}
