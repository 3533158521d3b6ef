import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import { Ingest } from '../../../shared/runtime/ingest';
import { ReferenceData } from '../../../shared/sources/reference-data';
import { fromUnixMs } from '../../../shared/values/ticks';

const hour = (h: number): number => Date.UTC(2026, 0, 1, h);
const snapshots: Record<string, string> = { 'r/2026/01/01/09.json': '[{"k":1,"v":"nine"}]', 'r/2026/01/01/10.json': '[{"k":1,"v":"ten"}]' };

describe('a batch that needs reference data which is not in memory', () => {
  it('is run again and leaves nothing behind of its first runs', async () => {
    const store = { describe: String, list: () => Promise.resolve(Object.keys(snapshots).map((path) => ({ path, created: fromUnixMs(hour(0)) }))), read: (path: string) => Promise.resolve(Buffer.from(snapshots[path] ?? '')) };
    const references = new ReferenceData([{ name: 'r', store, path: 'r/{date}/{time}.json', format: { format: 'json', booleansAsBit: true } }]);
    const program = compile('SELECT i.n, r.v INTO out FROM i TIMESTAMP BY t JOIN r ON i.k = r.k', { inputs: [{ name: 'i', kind: 'stream' }, { name: 'r', kind: 'reference' }] });
    const ingest = new Ingest(program, 'i', { decoder: createDecoder({ format: 'json', booleansAsBit: true }), policy: { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' }, references, onError: 'dead-letter' });
    const times = ['09:30', '10:30', '09:40', '10:40'];
    const events = times.map((time, n) => ({ sequenceNumber: n, enqueued: fromUnixMs(hour(11)), body: Buffer.from(JSON.stringify({ n, k: 1, t: `2026-01-01T${time}:00Z` })) }));
    const run = (): ReturnType<Ingest['run']> => ingest.run({ input: 'i', partition: '0', partitionCount: 1, begin: 0, events });
    const expected = [{ n: 0, v: 'nine' }, { n: 1, v: 'ten' }, { n: 2, v: 'nine' }, { n: 3, v: 'ten' }];
    for (let again = 0; again < 2; again++) {
      const { outputs, deadLetters } = await references.using(hour(11), run);
      expect([outputs.flatMap(({ rows }) => rows.map(({ values }) => values)), deadLetters]).toEqual([expected, []]);
    }
  });
});
