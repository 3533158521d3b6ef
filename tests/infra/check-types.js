/** `npm run check:bicep -- --types DIR` */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

const HELP = `Checks every resource in infra/ against Microsoft's own data: types, versions, properties, values.

  npm run check:bicep -- --types DIR

DIR is a checkout of github.com/Azure/bicep-types-az (its folder 'generated' is read).
`;

const args = process.argv.slice(2);
const at = args.indexOf('--types');
const dir = at < 0 ? undefined : args[at + 1];
if (args.includes('--help') || dir === undefined) {
  (args.includes('--help') ? process.stdout : process.stderr).write(HELP);
  process.exit(args.includes('--help') ? 0 : 2);
}
if (!existsSync(join(dir, 'generated'))) {
  process.stderr.write(`${dir} has no folder 'generated': give a checkout of github.com/Azure/bicep-types-az\n`);
  process.exit(2);
}
const root = resolve(__dirname, '../..');
const jest = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--testMatch', '**/tests/infra/*.check.ts'], { cwd: root, stdio: 'inherit', env: { ...process.env, WEIR_BICEP_TYPES: resolve(dir) } });
process.exit(jest.status ?? 1);
