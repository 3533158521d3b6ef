import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';

/**
 * The file that a path written on Windows means below `folder`, relative to it with forward slashes: backslashes separate, and letters match in
 * any case. undefined when there is no such file.
 */
export function findFile(folder: string, path: string): string | undefined {
  const wanted = posix.normalize(path.replace(/\\/g, '/'));
  if (isAbsolutePath(wanted)) return existsSync(wanted) ? wanted : undefined;
  let found = '';
  for (const part of wanted.split('/')) {
    const name = part === '..' || part === '.' ? part : entryOf(join(folder, found), part);
    if (name === undefined) return undefined;
    found = found === '' ? name : posix.join(found, name);
  }
  return statSync(join(folder, found)).isFile() ? found : undefined;
}

/** Of Windows (`D:/data`) or of this system. */
export function isAbsolutePath(path: string): boolean {
  return posix.isAbsolute(path) || /^[A-Za-z]:/.test(path) || win32.isAbsolute(path);
}

function entryOf(folder: string, name: string): string | undefined {
  if (existsSync(join(folder, name))) return name;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return undefined;
  return readdirSync(folder).find((entry) => entry.toLowerCase() === name.toLowerCase());
}
