import { resolveExpressions } from '../../../../local/host/outputs/binding-expression';
import type { BindingSource } from '../../../../local/host/outputs/binding-expression';
import { formatDate } from '../../../../local/host/outputs/date-format';

const GUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const NOW = Date.UTC(2026, 1, 3, 4, 5, 6, 70);

const source: BindingSource = {
  functionName: 'archive',
  now: NOW,
  metadata: {
    name: { string: 'sensor 1' },
    PartitionContext: { json: '{"PartitionId":"3","Owner":{"Name":"me"}}' },
    EnqueuedTimeUtc: { json: '"2026-01-02T03:04:05.6"' },
    Count: { int: 5 },
    Query: { json: '{"page":"2"}' },
  },
  payload: () => ({ device: { id: 'd-7' }, flag: true }),
};

describe('binding expressions', () => {
  it.each([
    ['plain/path.json', 'plain/path.json'],
    ['{name}/{Name}', 'sensor 1/sensor 1'],
    ['{PartitionContext.PartitionId}-{partitioncontext.owner.name}', '3-me'],
    ['{Count}', '5'],
    ['{Query.page}', '2'],
    ['{device.id}', 'd-7'],
    ['{flag}', 'true'],
    ['{PartitionContext.Owner}', '{"Name":"me"}'],
    ['{sys.methodName}', 'archive'],
    ['{DateTime}', '2026-02-03T04-05-06Z'],
    ['{datetime:yyyy/MM/dd}', '2026/02/03'],
    ['{DateTime:HH:mm:ss.fff}', '04:05:06.070'],
    ['{sys.utcNow:yyyyMMdd}', '20260203'],
    ['{EnqueuedTimeUtc:yyyy-MM-dd HH}', '2026-01-02 03'],
  ])('%s', (template, expected) => expect(resolveExpressions(template, source)).toBe(expected));

  it.each([
    ['{rand-guid}', `^${GUID}$`],
    ['{rand-guid:N}', '^[0-9a-f]{32}$'],
    ['{rand-guid:B}', `^\\{${GUID}\\}$`],
    ['{sys.randGuid}', `^${GUID}$`],
  ])('%s is a new guid', (template, pattern) => {
    expect(resolveExpressions(template, source)).toMatch(new RegExp(pattern));
    expect(resolveExpressions(template, source)).not.toBe(resolveExpressions(template, source));
  });

  it('names what there is when something is not there', () => {
    expect(() => resolveExpressions('{nmae}', source)).toThrow(/\{nmae\} of function "archive" has no value\. Known here: .*PartitionContext/);
  });
});

describe('formatDate', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss', '2026-02-03 04:05:06'],
    ['yy M d H h m s', '26 2 3 4 4 5 6'],
    ['dddd, d MMMM yyyy', 'Tuesday, 3 February 2026'],
    ['ddd MMM tt', 'Tue Feb AM'],
    ["'year' yyyy", 'year 2026'],
    ['\\dd', 'd3'],
    ['fffffff', '0700000'],
    ['o', '2026-02-03T04:05:06.0700000Z'],
    ['s', '2026-02-03T04:05:06'],
    ['zzz', '+00:00'],
  ])('%s', (format, expected) => expect(formatDate(NOW, format)).toBe(expected));
});
