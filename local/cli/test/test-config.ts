import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { WeirError } from '../../../shared/errors';
import { nearestName } from '../../../shared/job/nearest';
import { isObject } from '../../../shared/job/schema';
import { readJson } from '../../../shared/job/source';
import { INPUT_KINDS } from '../../../shared/job/stream-analytics/inputs';
import type { GivenInputs } from '../../../shared/job/stream-analytics/project';
import { ProjectFile } from '../../../shared/job/stream-analytics/project-file';
import { readLocalFormat } from '../../../shared/job/stream-analytics/serialization';
import { findFile } from '../../../shared/job/stream-analytics/windows-path';
import { declaredName, type JobNames, type TestCase, type TestFile } from './test-case';

/** Where the Stream Analytics CI/CD tool looks, and beside it. */
const PLACES = ['test/testConfig.json', 'tests/testConfig.json', 'testConfig.json'];

export function findTestConfig(folder: string): string | undefined {
  return PLACES.map((place) => join(folder, place)).find((file) => existsSync(file));
}

/** The inputs that the tests name, and of which kind each is. What is wrong with them is for {@link readTestConfig} to say. */
export function inputsOf(file: string): GivenInputs {
  const content = readJson(file);
  const config = new ProjectFile(basename(file), isObject(content) ? content : {}, () => undefined);
  const inputs = config.list('TestCases').flatMap((test) => test.list('Inputs'));
  return Object.fromEntries(inputs.flatMap((input) => [[input.text('InputAlias') ?? '', input.choice('Type', INPUT_KINDS, 'stream')] as const]));
}

/**
 * The cases of a testConfig.json of the Stream Analytics CI/CD tool. Paths are relative to it and may be written as on Windows. Throws one error with all
 * that is wrong.
 */
export function readTestConfig(file: string, names: JobNames): TestCase[] {
  const problems: string[] = [];
  const content = readJson(file);
  const config = new ProjectFile(basename(file), isObject(content) ? content : {}, (problem) => problems.push(problem));
  const cases = config.list('TestCases').map((test, i): TestCase => {
    const filesOf = (list: ProjectFile[], alias: string, known: readonly string[]): Map<string, TestFile> => new Map(list.map((entry) => readEntry(entry, alias, { known, folder: dirname(file) })).filter((entry) => entry !== undefined));
    const required = test.list('ExpectedOutputs').filter((output) => output.choice('Required', { true: true, false: false }, true));
    return { id: test.text('Name') ?? `Case ${i + 1}`, inputs: filesOf(test.list('Inputs'), 'InputAlias', names.inputs), expected: filesOf(required, 'OutputAlias', names.outputs) };
  });
  if (problems.length === 0 && cases.length === 0) problems.push(`${basename(file)}, TestCases: is empty`);
  if (problems.length > 0) throw new WeirError('invalid-tests', `${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, 'stop');
  return cases;
}

function readEntry(entry: ProjectFile, alias: string, { known, folder }: { known: readonly string[]; folder: string }): [string, TestFile] | undefined {
  const written = entry.required(alias, known[0] ?? 'name');
  const name = written === '' ? undefined : declaredName(written, known);
  if (written !== '' && name === undefined) entry.problem(alias, `the job has no '${written}'${nearestName(written, known)}; it has ${known.join(', ')}`);
  const path = entry.required('FilePath', 'data.json');
  const found = path === '' ? undefined : findFile(folder, path);
  if (path !== '' && found === undefined) entry.problem('FilePath', `${path} does not exist in ${folder}`);
  const format = readLocalFormat(entry);
  return name === undefined || found === undefined ? undefined : [name, { path: resolve(folder, found), ...format }];
}
