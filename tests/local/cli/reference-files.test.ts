import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jobSource } from '../../../local/cli/query-source';
import { recordsInput } from '../../../local/cli/inputs/query-input';
import { eventsOf } from '../../../local/cli/inputs/read-inputs';
import { runQuery } from '../../../local/cli/run-query';
import { loadJob } from '../../../shared/job/load';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-reference-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, unknown>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

describe('reference data of a run over files', () => {
  beforeEach(() =>
    write({
      'job.json': {
        name: 'prices',
        inputs: { sales: { type: 'file' } },
        referenceData: { prices: { type: 'blob', connection: 'STORE', container: 'c', path: 'p/{date}/p.csv', format: 'csv', sample: { path: 'prices/{date}.csv' }, dateFormat: 'YYYY-MM-DD' } },
        outputs: { out: { type: 'file' } },
      },
      'query.saql': 'SELECT s.item, p.price INTO out FROM sales s TIMESTAMP BY at JOIN prices p ON s.item = p.item',
      'prices/2026-01-01.csv': 'item,price\na,1\n',
      'prices/2026-01-03.csv': 'item,price\na,3\n',
    }),
  );
  const run = (references: Record<string, string> = {}): unknown => {
    const source = jobSource(loadJob(folder), references);
    const events = ['2025-12-31', '2026-01-01', '2026-01-02', '2026-01-03'].map((day) => ({ item: 'a', at: `${day}T12:00:00Z` }));
    return runQuery({ ...source, references: source.readReferences(), inputs: [recordsInput('sales', eventsOf(events, 0))] }).outputs.get('out')?.map(({ price }) => price);
  };

  it('is the snapshot that holds at the time of each event', () => expect(run()).toEqual(['1', '1', '1', '3']));

  it('is the file that is given instead', () => {
    write({ 'given.json': [{ item: 'a', price: 9 }] });
    expect(run({ PRICES: join(folder, 'given.json') })).toEqual([9, 9, 9, 9]);
    expect(() => run({ price: 'x.json' })).toThrow('the job has no reference data price; it has prices');
  });

  it('is asked for when the job names no file', () => {
    rmSync(join(folder, 'prices'), { recursive: true });
    expect(() => run()).toThrow(/there is no file .*prices\/\{date\}\.csv/);
    write({ 'job.json': { name: 'prices', inputs: { sales: { type: 'file' } }, referenceData: { prices: { type: 'blob', connection: 'STORE', container: 'c', path: 'p.csv' } }, outputs: { out: { type: 'file' } } } });
    expect(() => run()).toThrow('no file is given for the reference data prices (job.json, referenceData.prices): add --reference prices=FILE');
  });
});
