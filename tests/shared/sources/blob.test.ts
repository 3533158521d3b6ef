/** Blobs as a stream: what is an event, which blobs are read, and that each is read once whatever fails. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import type { IngestDelivery } from '../../../shared/runtime/delivery';
import { Ingest } from '../../../shared/runtime/ingest';
import { PartitionState } from '../../../shared/runtime/partition';
import { eventsInBlob, type BlobFormat } from '../../../shared/sources/blob-events';
import { lastPosition, MAX_ENTRIES, newLedger, unread, withBlob, withEntries, type Ledger } from '../../../shared/sources/blob-ledger';
import { blobPath } from '../../../shared/sources/blob-path';
import { BlobSource } from '../../../shared/sources/blob-source';
import type { StoredBlob } from '../../../shared/sources/blob-store';
import { fromUnixMs } from '../../../shared/values/ticks';
import { PATIENT } from '../../scripts/worlds';

const JSON_LINES: BlobFormat = { format: 'json', compression: 'none' };
const NOW = Date.UTC(2026, 10, 24, 12);

describe('the events in a blob', () => {
  it.each<[string, BlobFormat, string | Uint8Array, string[]]>([
    ['lines', JSON_LINES, '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['lines without an end, blank ones, of Windows, with a byte order mark', JSON_LINES, '\ufeff{"a":1}\r\n\r\n  \n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['an array', JSON_LINES, ' [{"a":1},\n{"a":9007199254740993}]', ['{"a":1}', '{"a":9007199254740993}']],
    ['lines, one of them broken', JSON_LINES, '{"a":1}\n{"a":\n{"a":3}', ['{"a":1}', '{"a":', '{"a":3}']],
    ['an array that is broken', JSON_LINES, '[{"a":1},', ['[{"a":1},']],
    ['CSV', { format: 'csv', compression: 'none' }, 'a,b\r\n1,"x\r\ny ""q"""\r\n2,z', ['a,b\n1,"x\r\ny ""q"""', 'a,b\n2,z']],
    ['CSV with a header alone', { format: 'csv', compression: 'none' }, 'a,b\n', []],
    ['gzip', { format: 'json', compression: 'gzip' }, gzipSync('{"a":1}\n{"a":2}'), ['{"a":1}', '{"a":2}']],
    ['what is not gzip', { format: 'json', compression: 'gzip' }, 'plain', ['plain']],
    ['what is not Avro', { format: 'avro', compression: 'none' }, 'plain', ['plain']],
  ])('are %s', (_what, format, content, events) => expect(eventsInBlob(Buffer.from(content), format).map((event) => Buffer.from(event).toString())).toEqual(events));
});

describe('the path', () => {
  it.each<[string, Parameters<typeof blobPath>[1], string, boolean]>([
    ['in/', {}, 'in/a.json', true],
    ['in/', {}, 'out/a.json', false],
    ['in/{date}/', {}, 'in/2026/11/24/a.json', true],
    ['in/{date}/{time}/x', {}, 'in/2026/11/24/05/xyz.json', true],
    ['in/{date}/{time}/x', {}, 'in/2026/11/24/5/xyz.json', false],
    ['in/y={date}', { dateFormat: 'YYYY-MM-DD' }, 'in/y=2026-11-24/a', true],
    ['a.b/', {}, 'aXb/c', false],
  ])('%s (%p) and %s: %p', (path, format, name, matches) => expect(blobPath(path, format).matches(name)).toBe(matches));

  it('says where the blobs of some days are', () => {
    expect(blobPath('in/{date}/{time}/').prefixes(NOW - 86_400_000, NOW)).toEqual(['in/2026/11/23', 'in/2026/11/24']);
    expect(blobPath('in/{date}', { dateFormat: 'DD.MM.YYYY' }).prefixes(NOW, NOW)).toEqual(['in/24.11.2026']);
    expect(blobPath('in/').prefixes(0, NOW)).toEqual(['in/']);
  });

  it.each([['{day}/', /neither/], ['in/{date', /brace/], ['*.json', /a \*/], ['{time}/', /\{date\} before/], ['{date}/{date}', /once/]])('%s is refused', (path, message) => expect(() => blobPath(path)).toThrow(message));
});

/** A container and a ledger in memory, shared by all processes. */
class Account {
  readonly blobs = new Map<string, StoredBlob & { content: string }>();
  ledger: Ledger | undefined;
  private version = 0;
  private clock = NOW;

  upload(name: string, content: string): void {
    this.blobs.set(name, { name, content, etag: `e${++this.version}`, modified: (this.clock += 1_000), size: content.length });
  }

  process(path = 'in/'): BlobSource {
    return new BlobSource(blobPath(path), JSON_LINES, {
      blobs: {
        list: async (prefix) => [...this.blobs.values()].filter(({ name }) => name.startsWith(prefix)),
        read: async ({ name, etag }) => {
          const found = this.blobs.get(name);
          return found?.etag === etag ? Buffer.from(found.content) : undefined;
        },
      },
      ledger: {
        load: async () => (this.ledger ? { ledger: JSON.parse(JSON.stringify(this.ledger)) as Ledger, etag: `l${this.version}` } : undefined),
        save: async (ledger, etag) => {
          if (etag !== (this.ledger ? `l${this.version}` : undefined)) return undefined;
          this.ledger = ledger;
          return `l${++this.version}`;
        },
      },
      nowMs: () => this.clock,
    });
  }

  get now(): number {
    return this.clock;
  }
}

const program = compile('SELECT v, LAG(v) OVER (LIMIT DURATION(hour, 1)) AS before INTO output FROM input', { inputs: [{ name: 'input', kind: 'stream' }] });
const environment = { references: { at: () => ({ version: '0', rows: [] }) }, onError: 'stop' as const, policy: PATIENT };
const bodies = (batches: Awaited<ReturnType<BlobSource['read']>>): [number, string][] => batches.flatMap(({ events }) => events.map(({ sequenceNumber, body }): [number, string] => [sequenceNumber, Buffer.from(body).toString()]));
const poll = (account: Account, isRetry = false) => [{ isRetry, nowMs: account.now }];

describe('rounds', () => {
  it('read blob after blob as they were last modified, each once, and nothing that is added to it later', async () => {
    const account = new Account();
    const source = account.process();
    account.upload('in/b', '{"v":1}\n{"v":2}');
    account.upload('in/a', '{"v":3}');
    account.upload('elsewhere', '{"v":0}');
    account.upload('in/empty', '');
    expect(await source.bounds()).toMatchObject({ begin: 0, last: 1, isEmpty: false });
    const first = await source.read(poll(account));
    expect(bodies(first)).toEqual([[0, '{"v":1}'], [1, '{"v":2}'], [2, '{"v":3}']]);
    expect(first[0]?.events[0]?.metadata).toMatchObject({ BlobName: 'in/b' });
    expect(await source.read(poll(account))).toEqual([]);
    account.upload('in/a', '{"v":3}\n{"v":4}');
    account.upload('in/c', '{"v":5}');
    expect(bodies(await source.read(poll(account)))).toEqual([[3, '{"v":5}']]);
    // It was made before it was written.
    account.upload('in/empty', '{"v":6}');
    expect(bodies(await source.read(poll(account)))).toEqual([[4, '{"v":6}']]);
    expect(await source.bounds()).toMatchObject({ last: 4, lastEnqueued: fromUnixMs(account.blobs.get('in/empty')?.modified as number) });
  });

  it('hand the same over again after a failure, or when the process is another', async () => {
    const account = new Account();
    account.upload('in/a', '{"v":1}');
    const source = account.process();
    const first = bodies(await source.read(poll(account)));
    account.upload('in/b', '{"v":2}');
    expect(bodies(await source.read(poll(account, true)))).toEqual(first);
    expect(bodies(await account.process().read(poll(account)))).toEqual(first);
    expect(bodies(await source.read(poll(account)))).toEqual([[1, '{"v":2}']]);
  });

  it('step over what was changed before it was handed over for certain, and count it as a gap', async () => {
    const account = new Account();
    account.upload('in/a', '{"v":1}\n{"v":2}');
    account.upload('in/b', '{"v":3}');
    await account.process().read(poll(account));
    account.upload('in/a', '{"v":9}');
    const again = await account.process().read(poll(account));
    expect(again.map(({ absent }) => absent)).toEqual([0]);
    expect(bodies(again)).toEqual([[2, '{"v":3}']]);
    const partition = new PartitionState(program, 'input', '0', { ...environment, gapTimeoutMs: Infinity, generation: 'g' });
    const ingest = new Ingest(program, 'input', { ...environment, decoder: createDecoder({ format: 'json', booleansAsBit: true }) });
    for (const batch of again) partition.deliver(ingest.run({ input: 'input', ...batch }).delivery, 0);
    expect(partition.status()).toMatchObject({ applied: 1, gap: 2, pending: 0 });
  });

  it('apply every event once, whatever fails and whoever reads', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('upload' as const), name: fc.nat(5), lines: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('round' as const), process: fc.nat(1), fails: fc.boolean(), restarts: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fc.infiniteStream(fc.nat()), async (steps, random) => {
        const account = new Account();
        const processes = [account.process(), account.process()];
        const retry = [false, false];
        const ingest = new Ingest(program, 'input', { ...environment, decoder: createDecoder({ format: 'json', booleansAsBit: true }) });
        const sent: IngestDelivery[] = [];
        const expected: string[] = [];
        let value = 0;
        const round = async (i: number, fails: boolean): Promise<void> => {
          const batches = await (processes[i] as BlobSource).read(poll(account, retry[i]));
          retry[i] = fails;
          // What a failing round has sent before it failed may arrive as well.
          for (const batch of batches) if (!fails || ((random.next().value as number) & 1) === 0) sent.push(JSON.parse(JSON.stringify(ingest.run({ input: 'input', ...batch }).delivery)) as IngestDelivery);
        };
        for (const next of steps) {
          if (next.kind === 'upload') {
            // A name that was used is not used again here: what becomes of changed blobs is another test.
            if (account.blobs.has(`in/${next.name}`)) continue;
            const lines = Array.from({ length: next.lines }, () => `{"v":${value++}}`);
            expected.push(...lines);
            account.upload(`in/${next.name}`, lines.join('\n'));
          } else {
            if (next.restarts) [processes[next.process], retry[next.process]] = [account.process(), false];
            await round(next.process, next.fails);
          }
        }
        // The one that failed last tries until it succeeds, as the host does; then one more looks for what is left.
        for (const i of [0, 1]) await round(i, false);
        const fresh = account.process();
        processes[0] = fresh;
        retry[0] = false;
        await round(0, false);
        await round(0, false);
        const partition = new PartitionState(program, 'input', '0', { ...environment, gapTimeoutMs: Infinity, generation: 'g' });
        const shuffled = [...sent, ...sent].map((delivery) => ({ delivery, order: random.next().value as number })).sort((a, b) => a.order - b.order);
        for (const { delivery } of shuffled) partition.deliver(delivery, 0);
        expect(partition.status()).toMatchObject({ events: expected.length, applied: expected.length, pending: 0, gap: 0 });
      }),
      { numRuns: 150 },
    );
  });

  it('look into the folders of the last days only, once the first has been done', async () => {
    const account = new Account();
    const source = account.process('in/{date}/');
    account.upload('in/2020/01/01/a', '{"v":1}');
    expect(bodies(await source.read(poll(account)))).toHaveLength(1);
    account.upload('in/2020/01/01/b', '{"v":2}');
    account.upload('in/2026/11/23/c', '{"v":3}');
    expect(bodies(await source.read(poll(account)))).toEqual([[1, '{"v":3}']]);
  });
});

describe('the ledger', () => {
  it('forgets the names of the oldest blobs, but not that they were read', () => {
    const blob = (i: number): StoredBlob => ({ name: `b${i}`, etag: 'e', modified: i + 1, size: 1 });
    let ledger = newLedger();
    for (let i = 0; i < MAX_ENTRIES + 10; i++) ledger = withBlob(ledger, blob(i), 1);
    ledger = withEntries(ledger, (entry) => ({ ...entry, done: true }));
    expect([ledger.entries.length, ledger.floor, lastPosition(ledger)]).toEqual([MAX_ENTRIES, 10, MAX_ENTRIES + 9]);
    expect(unread(ledger, [blob(3), blob(20), blob(MAX_ENTRIES + 10)])).toEqual([blob(MAX_ENTRIES + 10)]);
  });
});
