#!/usr/bin/env node
/** Runs real-worker.check.ts; see docs/real-worker.md. */
const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { spawnSync } = require('node:child_process');
const { parseArgs } = require('node:util');

const USAGE = `usage: npm run check:worker -- --worker DIR

Loads the app in the Azure Functions Node worker and in the local host's, gives both the same invocations, and compares what comes back.

  --worker DIR   a built clone of Azure/azure-functions-nodejs-worker (npm install && npm run build)
  --help         this text

exit code: 0 the same, 1 not the same, 2 wrong usage`;

const { values } = parseArgs({ options: { worker: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const dir = values.worker === undefined ? undefined : resolve(values.worker);
if (dir === undefined || !existsSync(join(dir, 'dist/src/nodejsWorker.js'))) {
  console.error(dir === undefined ? USAGE : `${dir} has no dist/src/nodejsWorker.js: run npm install && npm run build in it`);
  process.exit(2);
}
const root = join(__dirname, '../..');
const jest = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(__dirname, 'jest.config.js'), '--runInBand'], { cwd: root, stdio: 'inherit', env: { ...process.env, WEIR_WORKER: dir } });
process.exit(jest.status === 0 ? 0 : 1);
