import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../schema';
import { ProjectFile, type ReportProblem } from './project-file';
import { findFile } from './windows-path';

export type FileKind = 'input' | 'local-input' | 'output' | 'function' | 'job-config';

/** `ScriptType` of a file, or `subType` where it is listed. */
const KINDS: Readonly<Record<string, FileKind>> = { input: 'input', inputmock: 'local-input', output: 'output', jsfunction: 'function', jsudf: 'function', jsudfconfig: 'function', jobconfig: 'job-config' };
const FOLDERS = ['Inputs', 'Outputs', 'Functions'];

export interface ListedFile {
  kind: FileKind;
  file: ProjectFile;
}

/**
 * The files that a project is made of: those that asaproj.json lists, in its order, then those that lie in its folders and say by their ScriptType what
 * they are. Data files that lie beside them say nothing and are none.
 */
export function projectFiles(folder: string, project: ProjectFile | undefined, report: ReportProblem): ListedFile[] {
  const listed = (project?.list('configurations') ?? []).flatMap((entry): ListedFile[] => {
    const path = entry.required('filePath', 'Inputs/telemetry.json');
    const found = path === '' ? undefined : findFile(folder, path);
    if (found === undefined && path !== '') entry.problem('filePath', `${path} does not exist`);
    const file = found === undefined ? undefined : readFile(folder, found, report);
    if (!file) return [];
    const kind = kindOf(file, entry.text('subType'));
    if (!kind) entry.problem('subType', `${entry.text('subType') ?? 'nothing'} is not possible; possible are Input, InputMock, Output, JSFunction, JobConfig`);
    return kind ? [{ kind, file }] : [];
  });
  const known = new Set(listed.map(({ file }) => file.file));
  const declared = new Set(listed.map(identityOf));
  const others = unlisted(folder).filter((path) => !known.has(path)).flatMap((path): ListedFile[] => {
    const file = readFile(folder, path, () => undefined, report);
    const kind = file && kindOf(file, undefined);
    return kind && !declared.has(identityOf({ kind, file })) ? [{ kind, file }] : [];
  });
  return [...listed, ...others];
}

/** A file that is not listed does not go against one that is. */
function identityOf({ kind, file }: ListedFile): string {
  return kind === 'job-config' ? kind : `${kind} ${(file.text('InputAlias') ?? file.text('Name') ?? file.file).toLowerCase()}`;
}

function kindOf(file: ProjectFile, subType: string | undefined): FileKind | undefined {
  const said = (file.text('ScriptType') ?? subType ?? '').toLowerCase();
  return Object.hasOwn(KINDS, said) ? KINDS[said] : undefined;
}

function unlisted(folder: string): string[] {
  const inFolders = FOLDERS.flatMap((name) => {
    const path = join(folder, name);
    return existsSync(path) ? readdirSync(path).filter((file) => /\.json$/i.test(file)).sort().map((file) => `${name}/${file}`) : [];
  });
  return [...inFolders, ...(existsSync(join(folder, 'JobConfig.json')) ? ['JobConfig.json'] : [])];
}

/** undefined when it is no JSON object, which `reportSyntax` is told. */
export function readFile(folder: string, path: string, reportSyntax: ReportProblem, report: ReportProblem = reportSyntax): ProjectFile | undefined {
  try {
    const content = JSON.parse(readFileSync(join(folder, path), 'utf8').replace(/^\ufeff/, '')) as unknown;
    if (isObject(content)) return new ProjectFile(path, content, report);
    reportSyntax(`${path}: must be an object`);
  } catch (error) {
    reportSyntax(`${path}: is not JSON: ${(error as Error).message}`);
  }
  return undefined;
}
