import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectFile } from './project-file';
import { findFile } from './windows-path';

/** JavaScript of a function that `Functions/NAME.js.json` describes; the code is in the file of the same name without `.json`. */
export function readFunction(file: ProjectFile, project: string): { name: string; file: ProjectFile; source: string } | undefined {
  const code = file.file.replace(/\.json$/i, '');
  const name = file.text('Name') ?? code.replace(/^.*\//, '').replace(/\.js$/i, '');
  const found = /\.js$/i.test(code) ? findFile(project, code) : undefined;
  if (found === undefined) {
    file.problem('Name', `the function ${name} has no JavaScript beside it (expected ${/\.js$/i.test(code) ? code : `${code}.js`}); only JavaScript functions are possible`);
    return undefined;
  }
  return { name, file, source: readFileSync(join(project, found), 'utf8') };
}
