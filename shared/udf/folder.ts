import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, join } from 'node:path';
import type * as Sucrase from 'sucrase';
import { messageOf, WeirError } from '../errors';

/**
 * The functions of a folder: JavaScript by name, from `*.js` and `*.ts`. Types are taken away, and nothing is checked against them: that is the editor's part. Throws WeirError
 * for a file that is not TypeScript, or a name that is there twice.
 */
export function readFunctions(folder: string): Record<string, string> {
  const sources: Record<string, string> = {};
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /(?<!\.d)\.(js|ts)$/.test(file) && !/\.test\.(js|ts)$/.test(file)) : [];
  const fileOf = new Map<string, string>();
  for (const file of files.sort()) {
    const name = basename(file, extname(file));
    const other = fileOf.get(name.toLowerCase());
    if (other) throw new WeirError('duplicate-udf', `${join(folder, file)} and ${other} are functions of the same name (case does not matter): remove or rename one`, 'stop');
    fileOf.set(name.toLowerCase(), file);
    const text = readFileSync(join(folder, file), 'utf8').replace(/^\ufeff/, '');
    sources[name] = extname(file) === '.ts' ? withoutTypes(text, join(folder, file)) : text;
  }
  return sources;
}

/** Lines stay where they were. The library is loaded only for jobs that have TypeScript. */
function withoutTypes(text: string, file: string): string {
  const { transform } = createRequire(__filename)('sucrase') as typeof Sucrase;
  try {
    return transform(text, { transforms: ['typescript', 'imports'], disableESTransforms: true, filePath: file }).code;
  } catch (error) {
    throw new WeirError('invalid-udf', `${messageOf(error)}: the file is not TypeScript that can be read`, 'stop');
  }
}
