/** `npm run package`: what is deployed, in .package/ – compiled code, jobs, the page, and the packages that the app itself needs. */
const { execFileSync } = require('node:child_process');
const { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const target = join(root, '.package');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const run = (cwd, ...args) => execFileSync(npm, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
const say = (text) => process.stdout.write(`${text}\n`);

const readJson = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const writeJson = (name, value) => writeFileSync(join(target, name), `${JSON.stringify(value, null, 2)}\n`);

/** Not for deployment; scripts would look for the compiler. */
const FOR_DEVELOPMENT = ['devDependencies', 'scripts', 'bin'];
const deployed = (manifest) => Object.fromEntries(Object.entries(manifest).filter(([name]) => !FOR_DEVELOPMENT.includes(name)));

/** What no running code reads: types and source maps, and the second and third build that OpenTelemetry's packages bring for bundlers. */
const UNREAD = /\.(map|d\.[cm]?ts|md)$/;
const UNREAD_BUILDS = /@opentelemetry\/[^/]+\/build\/(esm|esnext)$/;

function prune(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const posix = path.replaceAll('\\', '/');
    if (entry.isDirectory() ? UNREAD_BUILDS.test(posix) : UNREAD.test(entry.name)) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) prune(path);
  }
}

say('compiling');
run(root, 'run', 'build');
rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const part of ['dist/functions', 'dist/shared', 'host.json', 'jobs', 'dashboard']) cpSync(join(root, part), join(target, part), { recursive: true });
writeJson('package.json', deployed(readJson('package.json')));
const lock = readJson('package-lock.json');
const packages = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
writeJson('package-lock.json', { ...lock, packages: Object.fromEntries(packages.map(([path, entry]) => [path, path === '' ? deployed(entry) : entry])) });
say('installing what the app needs');
run(target, 'ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund');
prune(join(target, 'node_modules'));
say('.package is ready: azd deploy, or in it `func azure functionapp publish NAME --no-build`');
