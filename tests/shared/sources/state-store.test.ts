import { BlobServiceClient } from '@azure/storage-blob';
import { openStateStore, type StateStore } from '../../../shared/sources/state-store';
import { startAzurite, type Azurite } from '../../local/host/support/azurite';
import { MemoryStateStore } from '../../support/memory-state-store';

let azurite: Azurite;
beforeAll(async () => (azurite = await startAzurite()), 30_000);
afterAll(() => azurite.stop());

describe.each<[string, () => StateStore]>([
  ['blobs', () => openStateStore(azurite.connectionString, 'weir-state')],
  ['memory', () => new MemoryStateStore()],
])('a state store: %s', (_name, open) => {
  it('keeps what was put, once under a name, until it is deleted', async () => {
    const store = open();
    // Every byte, also what is no UTF-8.
    const large = Uint8Array.from({ length: 500_000 }, (_, i) => (i * 7) % 256);
    const small = Uint8Array.of(91, 93);
    // Nothing is there before the container is.
    expect(await store.get('job/partition/i/0/a/1')).toBeUndefined();
    await store.put('job/partition/i/0/a/1', large);
    await store.put('job/partition/i/0/a/2', small);
    await store.put('job/partition/i/1/a/1', small);
    expect(Buffer.from((await store.get('job/partition/i/0/a/1')) as Uint8Array).equals(large)).toBe(true);
    await expect(store.put('job/partition/i/0/a/1', small)).rejects.toThrow();
    expect(Buffer.from((await store.get('job/partition/i/0/a/1')) as Uint8Array).equals(large)).toBe(true);
    expect((await store.list('job/partition/i/0/')).map(({ name }) => name).sort()).toEqual(['job/partition/i/0/a/1', 'job/partition/i/0/a/2']);
    await store.delete('job/partition/i/0/a/1');
    await store.delete('job/partition/i/0/a/1');
    expect(await store.get('job/partition/i/0/a/1')).toBeUndefined();
  });
});

it('tells when a blob came', async () => {
  const store = openStateStore(azurite.connectionString, 'times');
  await store.put('a', Uint8Array.of(1));
  const [found] = await store.list('a');
  const { lastModified } = await BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('times').getBlobClient('a').getProperties();
  expect(Math.abs((found?.created ?? 0) - (lastModified?.getTime() ?? 0))).toBeLessThan(2_000);
});
