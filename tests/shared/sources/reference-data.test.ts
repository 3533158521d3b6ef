import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { loadReferenceTables } from '../../../shared/sources/reference-data';
import { startAzurite, type Azurite } from '../../local/host/support/azurite';

const json = { format: 'json', booleansAsBit: true } as const;

describe('reference data', () => {
  let folder: string;
  let azurite: Azurite;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weir-reference-'));
    azurite = await startAzurite();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await azurite.stop();
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('comes from files and blobs, by name in any case', async () => {
    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('reference');
    await container.create();
    await container.getBlockBlobClient('a/rooms.csv').uploadData(Buffer.from('id,name\n1,x\n'));
    const tables = await loadReferenceTables([
      { name: 'Regions', type: 'file', path: file('regions.json', '[{"id":1},{"id":2}]'), format: json },
      { name: 'rooms', type: 'blob', connection: azurite.connectionString, container: 'reference', path: 'a/rooms.csv', format: { format: 'csv', booleansAsBit: true } },
    ]);
    expect(tables.at('REGIONS', 0).rows).toEqual([{ id: 1 }, { id: 2 }]);
    expect(tables.at('rooms', 0).rows).toEqual([{ id: '1', name: 'x' }]);
    expect(() => tables.at('room', 0)).toThrow(/no reference data 'room'; there is regions, rooms/);
  });

  it('is waited for while it is not there', async () => {
    const missing = loadReferenceTables([{ name: 'r', type: 'file', path: join(folder, 'none.json'), format: json }]);
    await expect(missing).rejects.toMatchObject({ code: 'no-reference-data', disposition: 'retry' });
  });

  it('that cannot be read stops the job', async () => {
    const wrong = loadReferenceTables([{ name: 'r', type: 'file', path: file('wrong.json', '[{'), format: json }]);
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-reference-data', disposition: 'stop' });
  });
});
