/** `npm run scripts [-- --update]`: the golden scripts alone; with --update, expectations that differ are rewritten. */
const { spawnSync } = require('node:child_process');

const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), 'tests/scripts/scripts.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, ...(process.argv.includes('--update') ? { WEIR_UPDATE_SCRIPTS: '1' } : {}) },
});
process.exit(status ?? 1);
