import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonText } from '../../shared/values/json';
import { fromUnixMs } from '../../shared/values/ticks';
import type { Command } from './command';
import { given, noteWarnings, pairs, querySource, type QuerySource } from './query-source';
import { runFiles } from './run-files';

export const run: Command = {
  name: 'run',
  usage: 'weir run (--job DIR | --query FILE) [--input A=PATH…] [--reference A=FILE…] --out DIR',
  summary: 'run a query over files or an archive to the end; writes DIR/<output>.json, one row a line',
  options: {
    job: { type: 'string', help: 'job folder' },
    query: { type: 'string', help: 'query file, without a job' },
    input: { type: 'string', multiple: true, help: 'NAME=PATH: a file or folder with the events of an input (JSON lines, JSON array, CSV, Avro, or what its hub captured); default the file that the job names for it' },
    reference: { type: 'string', multiple: true, help: 'NAME=FILE: reference data' },
    out: { type: 'string', help: 'folder for the results' },
    'on-error': { type: 'string', help: 'stop: a row that fails stops the run; default: as the job says, else dead-letter' },
  },
  run: async (call) => {
    const { values, note, isTerminal } = call;
    if (typeof values.out !== 'string') throw new Error('name a folder for the results with --out DIR');
    const source = querySource(call);
    noteWarnings(call, source.warnings);
    const files = inputFiles(source, pairs(values.input, 'input'));
    const onProgress = isTerminal ? (events: number): void => void process.stderr.write(`\r${events} events`) : undefined;
    const { outputs, deadLetters } = runFiles(files, { ...source, onError: values['on-error'] === 'stop' ? 'stop' : source.onError }, { arrival: fromUnixMs(Date.now()), ...(onProgress ? { onProgress } : {}) });
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

/** The file of every input: the one given, or else the one that the job names. */
function inputFiles({ program, samples }: QuerySource, files: Readonly<Record<string, string>>): Record<string, string> {
  const declared = program.plan.inputs.flatMap((input) => (input.kind === 'stream' ? [input.name] : []));
  const unknown = Object.keys(files).filter((name) => given(Object.fromEntries(declared.map((d) => [d, d])), name) === undefined);
  if (unknown.length > 0) throw new Error(`the query has no input ${unknown.join(', ')}; it has ${declared.join(', ')}`);
  const found = declared.flatMap((name) => {
    const file = given(files, name) ?? given(samples, name);
    return file === undefined ? [] : [[name, file] as const];
  });
  const read = new Set(program.plan.operators.flatMap((op) => (op.kind === 'scan' ? [op.input.toLowerCase()] : [])));
  const missing = declared.filter((name) => read.has(name.toLowerCase()) && !found.some(([known]) => known === name));
  if (missing.length > 0) throw new Error(`no file is given for the input ${missing.join(', ')}: add --input ${missing[0]}=FILE`);
  return Object.fromEntries(found);
}
