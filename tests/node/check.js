/** `npm run check:node -- 22`: the suite on another version of Node. */
const { spawnSync } = require('node:child_process');
const { existsSync, mkdirSync } = require('node:fs');
const { homedir } = require('node:os');
const { delimiter, dirname, join, resolve } = require('node:path');

const HELP = `Runs the suite on another version of Node; the binary comes from the npm package node-<platform>-<arch> and is kept outside this folder.

  npm run check:node -- VERSION [what jest takes]

VERSION is a major version such as 22, or a whole one such as 22.23.3. The binaries are kept in
$WEIR_CACHE, or else in .cache/weir in the home folder.
`;

const [version, ...jestArgs] = process.argv.slice(2);
if (version === '--help' || !/^\d+(\.\d+\.\d+)?$/.test(version ?? '')) {
  (version === '--help' ? process.stdout : process.stderr).write(HELP);
  process.exit(version === '--help' ? 0 : 2);
}

const root = resolve(__dirname, '../..');
const cache = join(process.env.WEIR_CACHE ?? join(homedir(), '.cache/weir'), `node-${version}`);
const platform = process.platform === 'win32' ? 'win' : process.platform;
const name = `node-${platform}-${process.arch}`;
const binary = join(cache, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');

if (!existsSync(binary)) {
  process.stdout.write(`fetching ${name}@${version}\n`);
  mkdirSync(cache, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const fetched = spawnSync(npm, ['install', '--prefix', cache, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (fetched.status !== 0 || !existsSync(binary)) {
    process.stderr.write(`there is no ${name}@${version}, or the registry cannot be reached\n`);
    process.exit(1);
  }
}

const found = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
process.stdout.write(`the suite on Node ${found}\n`);
// Tests start processes of their own: they must find this Node first.
const env = { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}` };
const jest = spawnSync(binary, [join(root, 'node_modules/jest/bin/jest.js'), ...jestArgs], { cwd: root, stdio: 'inherit', env });
process.exit(jest.status ?? 1);
