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
    const large = JSON.stringify(Array.from({ length: 50_000 }, (_, i) => `größe ${i}`));
    // Nothing is there before the container is.
    expect(await store.get('job/partition/i/0/a/1')).toBeUndefined();
    await store.put('job/partition/i/0/a/1', large);
    await store.put('job/partition/i/0/a/2', '[]');
    await store.put('job/partition/i/1/a/1', '[]');
    expect(await store.get('job/partition/i/0/a/1')).toBe(large);
    await expect(store.put('job/partition/i/0/a/1', '[]')).rejects.toThrow();
    expect(await store.get('job/partition/i/0/a/1')).toBe(large);
    expect((await store.list('job/partition/i/0/')).map(({ name }) => name).sort()).toEqual(['job/partition/i/0/a/1', 'job/partition/i/0/a/2']);
    await store.delete('job/partition/i/0/a/1');
    await store.delete('job/partition/i/0/a/1');
    expect(await store.get('job/partition/i/0/a/1')).toBeUndefined();
  });
});

it('tells when a blob came', async () => {
  const store = openStateStore(azurite.connectionString, 'times');
  await store.put('a', '1');
  const [found] = await store.list('a');
  const { lastModified } = await BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('times').getBlobClient('a').getProperties();
  expect(Math.abs((found?.created ?? 0) - (lastModified?.getTime() ?? 0))).toBeLessThan(2_000);
});
