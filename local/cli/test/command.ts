import { join } from 'node:path';
import { loadJob } from '../../../shared/job/load';
import type { Command } from '../command';
import { findTestConfig, inputsOf, readTestConfig } from './test-config';
import { readTestFolders } from './test-folders';
import { runTest } from './run-test';

export const test: Command = {
  name: 'test',
  usage: 'weir test DIR [--json] [--only NAME]',
  summary: "run a job's own tests; the last line is `N passed, M failed`",
  options: {
    json: { type: 'boolean', help: 'print [{id, passed, reason?}] and nothing else' },
    only: { type: 'string', help: 'run one test' },
    config: { type: 'string', help: 'a testConfig.json that is not in the job folder' },
  },
  run: async ({ positionals, values, print, isTerminal }) => {
    const [folder] = positionals;
    if (!folder) throw new Error('name the job folder: weir test jobs/earthquakes');
    const config = typeof values.config === 'string' ? values.config : findTestConfig(folder);
    const job = loadJob(folder, config === undefined ? {} : inputsOf(config));
    const names = { inputs: [...Object.keys(job.definition.inputs), ...Object.keys(job.definition.referenceData)], outputs: Object.keys(job.definition.outputs) };
    const cases = [...(config === undefined ? [] : readTestConfig(config, names)), ...readTestFolders(join(folder, 'tests'), names)];
    if (cases.length === 0) throw new Error(`${folder} has no tests: put one into tests/NAME/ (inputs/INPUT.ndjson, expected/OUTPUT.json), or add a testConfig.json`);
    const chosen = cases.filter(({ id }) => values.only === undefined || id === values.only);
    if (chosen.length === 0) throw new Error(`there is no test '${String(values.only)}'; there is ${cases.map(({ id }) => id).join(', ')}`);
    const verdicts = chosen.map((one) => runTest(job, one));
    const failed = verdicts.filter(({ passed }) => !passed);
    if (values.json) print(JSON.stringify(verdicts, null, 2));
    else {
      for (const { id, passed, reason = '' } of verdicts) print(passed ? `${paint('32', '✓', isTerminal)} ${id}` : `${paint('31', '✗', isTerminal)} ${id}\n    ${coloured(reason, isTerminal).split('\n').join('\n    ')}`);
      print(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
    }
    return failed.length === 0 ? 0 : 1;
  },
};

function paint(colour: string, text: string, isTerminal: boolean): string {
  return isTerminal ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

function coloured(reason: string, isTerminal: boolean): string {
  return reason.replace(/^[-+] .*$/gm, (line) => paint(line.startsWith('-') ? '31' : '32', line, isTerminal));
}
