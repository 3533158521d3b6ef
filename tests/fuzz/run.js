/** `npm run fuzz` and `npm run soak`: compile TypeScript as it is loaded, as the tests do, and run a file of this repository. */
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), { filename: file, swcrc: false, configFile: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' });
  module._compile(code, file);
};

process.setSourceMapsEnabled(true);
module.exports = (file) => require(resolve(__dirname, file));
if (require.main === module) module.exports('cli.ts');
