import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from '../command';
import type { ConformanceCase } from './case';
import { runCase } from './run-case';

export const conformance: Command = {
  name: 'conformance',
  usage: 'weir conformance CASES.json [--json] [--only ID]',
  summary: 'run cases in the format of the conformance set; the last line is `N passed, M failed`',
  options: { json: { type: 'boolean', help: 'print [{id, passed, reason?}] and nothing else' }, only: { type: 'string', help: 'run one case' } },
  run: async ({ positionals, values, print }) => {
    const [file] = positionals;
    if (!file) throw new Error('name the file with the cases: weir conformance CASES.json');
    const content = JSON.parse(readFileSync(file, 'utf8')) as ConformanceCase[] | { cases: ConformanceCase[] };
    const cases = (Array.isArray(content) ? content : content.cases).filter((test) => !values.only || test.id === values.only);
    const verdicts = cases.map((test) => runCase(test, dirname(file)));
    const failed = verdicts.filter((verdict) => !verdict.passed);
    if (values.json) print(JSON.stringify(verdicts, null, 2));
    else {
      for (const { id, reason } of failed) print(`✗ ${id}\n    ${(reason ?? '').split('\n').join('\n    ')}`);
      print(`${verdicts.length - failed.length} passed, ${failed.length} failed`);
    }
    return failed.length === 0 ? 0 : 1;
  },
};
