import { createRequire } from 'node:module';

interface Verdict {
  fails: boolean;
  line: string;
}

const { verdict } = createRequire(__filename)('../../.ci/audit.js') as { verdict: (text: string) => Verdict };

const report = (critical: number): string =>
  JSON.stringify({ vulnerabilities: { fine: { name: 'fine', severity: 'low' }, ...(critical > 0 ? { broken: { name: 'broken', severity: 'critical' } } : {}) }, metadata: { vulnerabilities: { info: 0, low: 1, moderate: 0, high: 2, critical, total: 3 + critical } } });

it.each([
  ['a critical advisory', report(1), { fails: true, line: 'audit: 1 critical (broken), 2 high, 0 moderate, 1 low' }],
  ['others only', report(0), { fails: false, line: 'audit: 0 critical, 2 high, 0 moderate, 1 low' }],
  ['a registry without audits', JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 }), { fails: false, line: 'audit: skipped, 405 Method Not Allowed' }],
  ['no network', JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'getaddrinfo ENOTFOUND' } }), { fails: false, line: 'audit: skipped, getaddrinfo ENOTFOUND' }],
  ['no answer', '', { fails: false, line: 'audit: skipped, the registry gave no answer' }],
])('%s', (_what, text, expected) => expect(verdict(text)).toEqual(expected));
