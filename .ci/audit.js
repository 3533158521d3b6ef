/** Fails when a package that is deployed has a critical advisory. A registry that cannot be asked says nothing, and fails nothing. */
const { spawnSync } = require('node:child_process');

/** What `npm audit --json` printed → whether it fails, and a line that says why. */
function verdict(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch {
    return { fails: false, line: 'audit: skipped, the registry gave no answer' };
  }
  const counts = report.metadata?.vulnerabilities;
  if (!counts) return { fails: false, line: `audit: skipped, ${report.message ?? report.error?.summary ?? 'the registry gave no answer'}` };
  const critical = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) => severity === 'critical').map(({ name }) => name);
  const { low, moderate, high } = counts;
  return { fails: counts.critical > 0, line: `audit: ${counts.critical} critical${critical.length > 0 ? ` (${critical.join(', ')})` : ''}, ${high} high, ${moderate} moderate, ${low} low` };
}

module.exports = { verdict };

if (require.main === module) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 << 20 });
  const { fails, line } = verdict(stdout ?? '');
  process.stdout.write(`${line}\n`);
  process.exit(fails ? 1 : 0);
}
