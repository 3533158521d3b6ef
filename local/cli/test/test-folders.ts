import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { WeirError } from '../../../shared/errors';
import { nearestName } from '../../../shared/job/nearest';
import { declaredName, type JobNames, type TestCase, type TestFile } from './test-case';

const PARTS = ['inputs', 'expected'] as const;

/**
 * The tests of a job's `tests` folder, a folder each: `inputs/NAME.ndjson` (or .json, .csv) for an input, `expected/NAME.json` for an output. Throws one
 * error that names every file that belongs to nothing.
 */
export function readTestFolders(folder: string, names: JobNames): TestCase[] {
  if (!existsSync(folder)) return [];
  const problems: string[] = [];
  const cases = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && PARTS.some((part) => existsSync(join(folder, entry.name, part))))
    .map(({ name }) => name)
    .sort()
    .map((id): TestCase => {
      const read = (part: (typeof PARTS)[number], known: readonly string[]): Map<string, TestFile> => filesIn(join(folder, id, part), known, problems);
      const test = { id, inputs: read('inputs', names.inputs), expected: read('expected', names.outputs) };
      if (test.expected.size === 0) problems.push(`${join(folder, id)}: expects nothing; put the rows of an output into expected/${names.outputs[0] ?? 'NAME'}.json`);
      return test;
    });
  if (problems.length > 0) throw new WeirError('invalid-tests', `the tests in ${folder} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, 'stop');
  return cases;
}

function filesIn(folder: string, known: readonly string[], problems: string[]): Map<string, TestFile> {
  const files = new Map<string, TestFile>();
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const written = basename(file, extname(file));
    const name = declaredName(written, known);
    if (name === undefined) problems.push(`${join(folder, file)}: the job has no '${written}'${nearestName(written, known)}; it has ${known.join(', ')}`);
    else if (files.has(name)) problems.push(`${join(folder, file)}: there is another file for ${name}`);
    else files.set(name, { path: join(folder, file) });
  }
  return files;
}
