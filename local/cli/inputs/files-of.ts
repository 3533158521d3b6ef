import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files of an input: one, or all below a folder in the order of their names. Hidden ones and those that begin with `_`, as marks that others leave, are none. */
export function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && !/^[._]/.test(entry.name)).map(({ parentPath, name }) => join(parentPath, name));
  if (files.length === 0) throw new Error(`there is no file in ${path}`);
  return files.sort();
}
