/**
 * Compiles the scanner to ../module.ts: `npm run build:scan`. With --check nothing is written, and the exit code is 1 when the module in the
 * repository is not what these sources give.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = dirname(fileURLToPath(import.meta.url));
const target = join(folder, '..', 'module.ts');
const options = ['scan.ts', '-O3', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory', '--noAssert', '--outFile', 'scan.wasm', '--textFile', 'scan.wat'];

let bytes;
let text;
const { error, stderr } = await asc.main(options, {
  readFile: (name, base) => {
    try {
      return readFileSync(join(folder, base ?? '', name), 'utf8');
    } catch {
      return null;
    }
  },
  writeFile: (name, content) => {
    if (name.endsWith('.wasm')) bytes = content;
    else text = content;
  },
  listFiles: () => [],
});
if (error) {
  console.error(stderr.toString());
  process.exit(2);
}
if (process.argv.includes('--text')) {
  console.log(text);
  process.exit(0);
}

const LINE = 160;
const lines = Buffer.from(bytes).toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g'));
const source = `/** The scanner of assembly/, compiled by \`npm run build:scan\`. */
// prettier-ignore
export const SCAN_MODULE = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`;
if (!process.argv.includes('--check')) writeFileSync(target, source);
else if (readFileSync(target, 'utf8') !== source) {
  console.error('shared/formats/scan/module.ts is not what its sources give: npm run build:scan');
  process.exitCode = 1;
}
