/** `npm run check:oracle [-- N]`: N random queries (default 5000) against the brute-force oracle, and as many time policies and expressions. */
const { spawnSync } = require('node:child_process');

const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), '--testTimeout', '3600000', 'tests/oracle', 'tests/interpreter'], {
  stdio: 'inherit',
  env: { ...process.env, WEIR_ORACLE_RUNS: process.argv[2] ?? '5000' },
});
process.exit(status ?? 1);
