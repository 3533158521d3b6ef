import fs from 'node:fs';
import path from 'node:path';

/**
 * The files that `main` in the app's package.json names, sorted; a glob, as Azure's worker reads it:
 *
 *     dist/functions/*.js      src/{index.js,functions/*.js}      dist/**\/*.js
 *
 * Throws an Error when there is no package.json, no `main`, or nothing matches.
 */
export function findAppFiles(appDir: string): string[] {
  const manifest = path.join(appDir, 'package.json');
  if (!fs.existsSync(manifest)) throw new Error(`${manifest} does not exist. The app directory needs a package.json whose "main" names its functions.`);
  const { main } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { main?: unknown };
  if (typeof main !== 'string' || main === '') {
    throw new Error(`${manifest} has no "main". Set it to the file or glob that registers the functions, for example "dist/functions/*.js".`);
  }
  const pattern = globToRegExp(main.replace(/^\.\//, ''));
  const files = [...walk(appDir, '')].filter((file) => pattern.test(file)).sort();
  if (files.length === 0) throw new Error(`"main": "${main}" in ${manifest} matches no file. Is the app built (npm run build)?`);
  return files.map((file) => path.join(appDir, file));
}

function* walk(root: string, below: string): Generator<string> {
  for (const entry of fs.readdirSync(path.join(root, below), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, name);
    else yield name;
  }
}

/** Understands `*`, `**`, `?` and `{a,b}`. */
export function globToRegExp(glob: string): RegExp {
  let braces = 0;
  const source = glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        braces++;
        return '(?:';
      case '}':
        braces--;
        return ')';
      case ',':
        return braces > 0 ? '|' : ',';
      default:
        return `\\${token}`;
    }
  });
  return new RegExp(`^${source}$`);
}
