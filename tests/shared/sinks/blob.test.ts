import { BlobServiceClient, type BlockBlobClient } from '@azure/storage-blob';
import { startAzurite, type Azurite } from '../../local/host/support/azurite';
import type { OutputBatch } from '../../../shared/event';
import type { SqlRecord } from '../../../shared/values/value';
import { rowFile } from '../../../shared/formats/row-file';
import { createBlobSink } from '../../../shared/sinks/blob';
import { pathPattern } from '../../../shared/sinks/path-pattern';
import type { Sink, WriteContext } from '../../../shared/sinks/sink';

const batch = (first: number, last: number, writer = 'in.0'): OutputBatch => ({
  output: 'archive',
  writer,
  first,
  last,
  rows: Array.from({ length: last - first + 1 }, (_, i) => ({ n: first + i, id: `${writer}/${first + i}`, t: 0, values: { n: first + i, k: (first + i) % 2 === 0 ? 'even' : 'odd' } })),
});

/** A blob sink uses no binding and refuses no row. */
const nowhere: WriteContext = { bind: () => fail('bind'), refuse: () => fail('refuse') };
const fail = (what: string): never => {
  throw new Error(`${what} was called`);
};
const write = (sink: Sink, batches: OutputBatch[]): Promise<void> => sink.write(batches, nowhere);

describe('the blob sink', () => {
  let azurite: Azurite;
  beforeAll(async () => (azurite = await startAzurite()), 30_000);
  afterAll(() => azurite.stop());

  let run = 0;
  function setUp(path: string, maxBlocks?: number) {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`sink${run++}`);
    const make = () => createBlobSink({ output: 'archive', container, path: pathPattern(path), ...(maxBlocks ? { maxBlocks } : {}) });
    const read = async (): Promise<Record<string, number[]>> => {
      const content: Record<string, number[]> = {};
      for await (const { name } of container.listBlobsFlat()) {
        const text = (await container.getBlobClient(name).downloadToBuffer()).toString();
        content[name] = text.trim().split('\n').map((line) => (JSON.parse(line) as { n: number }).n);
      }
      return content;
    };
    return { make, read };
  }

  it('writes every position once, whatever comes again', async () => {
    const { make, read } = setUp('a/{date}');
    const sink = make();
    await write(sink, [batch(0, 3)]);
    await write(sink, [batch(0, 3), batch(2, 5)]);
    // Another process, which has not seen the blob.
    await write(make(), [batch(0, 7)]);
    expect(await read()).toEqual({ 'a/2020/01/01/archive_in.0.json': [0, 1, 2, 3, 4, 5, 6, 7] });
  });

  it.each<[string, (blob: BlockBlobClient) => Promise<unknown>]>([
    ['whose writer died between staging and committing', (blob) => blob.stageBlock(Buffer.from('x'.repeat(41)).toString('base64'), 'lost', 4)],
    ['that was committed empty', (blob) => blob.commitBlockList([])],
  ])('writes to a blob %s', async (_name, before) => {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`sink${run++}`);
    await container.create();
    const blob = container.getBlockBlobClient('a/archive_in.0.json');
    await before(blob);
    await write(createBlobSink({ output: 'archive', container, path: pathPattern('a') }), [batch(0, 1)]);
    expect((await blob.downloadToBuffer()).toString().trim().split('\n')).toHaveLength(2);
  });

  it('writes whole files of CSV and JSON arrays, with one header each, whatever comes again', async () => {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`sink${run++}`);
    const read = async (): Promise<Record<string, string>> => {
      const content: Record<string, string> = {};
      for await (const { name } of container.listBlobsFlat()) content[name] = (await container.getBlobClient(name).downloadToBuffer()).toString();
      return content;
    };
    for (const format of ['csv', 'json-array'] as const) {
      const open = (): Sink => createBlobSink({ output: format, container, path: pathPattern(''), file: rowFile({ format, delimiter: ';', locale: 'it-IT' }) });
      const rows = (first: number, last: number): OutputBatch => ({ ...batch(first, last), rows: batch(first, last).rows.map((row) => ({ ...row, values: (row.n === 2 ? { other: 'x' } : { n: row.n + 0.5, k: 'a;b' }) as SqlRecord })) });
      const sink = open();
      await write(sink, [rows(0, 0)]);
      await write(sink, [rows(0, 0), rows(0, 2)]);
      await write(open(), [rows(0, 3)]);
    }
    const files = await read();
    expect(Object.entries(files).map(([name, text]) => [name.replace(/_[0-9a-f]{8}/, '_SHAPE'), text]).sort()).toEqual([
      ['csv_in.0_SHAPE.csv', 'n;k\r\n0,5;"a;b"\r\n1,5;"a;b"\r\n3,5;"a;b"\r\n'],
      ['csv_in.0_SHAPE.csv', 'other\r\nx\r\n'],
      ['json-array_in.0.json', '[\n{"n":0.5,"k":"a;b"},\n{"n":1.5,"k":"a;b"},\n{"other":"x"},\n{"n":3.5,"k":"a;b"}\n]\n'],
    ]);
  });

  it('splits a batch by path', async () => {
    const { make, read } = setUp('{k}');
    await write(make(), [batch(0, 4)]);
    expect(await read()).toEqual({ 'even/archive_in.0.json': [0, 2, 4], 'odd/archive_in.0.json': [1, 3] });
  });

  it('keeps two owners of one partition apart', async () => {
    const { make, read } = setUp('x');
    const [a, b] = [make(), make()];
    for (let n = 0; n < 20; n += 4) await Promise.all([write(a, [batch(n, n + 3)]), write(b, [batch(n, n + 3)])]);
    expect(await read()).toEqual({ 'x/archive_in.0.json': Array.from({ length: 20 }, (_, i) => i) });
  });

  it('begins another blob when one is full', async () => {
    const { make, read } = setUp('x', 2);
    const sink = make();
    for (let n = 0; n < 5; n++) await write(sink, [batch(n, n)]);
    await write(make(), [batch(0, 0), batch(1, 4), batch(4, 4)]);
    expect(await read()).toEqual({ 'x/archive_in.0.json': [0, 1], 'x/archive_in.0_2.json': [2, 3], 'x/archive_in.0_3.json': [4] });
  });
});
