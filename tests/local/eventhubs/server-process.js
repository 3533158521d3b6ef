/** A server to be killed. Arguments: data folder, port. Prints "ready". */
const path = require('node:path');
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, { swcrc: false, configFile: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } });
  module._compile(code, file);
};

const { startEventHubs } = require(path.join(__dirname, '../../../local/eventhubs/server'));

startEventHubs({ port: Number(process.argv[3]), dataDir: process.argv[2], hubs: [{ name: 'events', partitionCount: 2 }] }).then(() => process.stdout.write('ready\n'));
