import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EntityRecords } from '../../../../local/host/durable/entity-records';
import type { OperationMessage } from '../../../../local/host/durable/messages';
import { DurableStore } from '../../../../local/host/durable/store';

const signal = (name: string): OperationMessage => ({ kind: 'operation', id: name, name, input: null, isSignal: true });

describe('DurableStore', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'durable-store-'));
  let store = DurableStore.open(dataDir, 'Hub', () => undefined);
  const names = (id: string): string[] => [...store.mail(id)].map(({ message }) => (message as OperationMessage).name);

  afterAll(async () => {
    await store.close();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it('keeps order and loses none when messages are put ahead before and after a restart', async () => {
    await store.commit((transaction) => {
      transaction.mail('@e@k', signal('a'));
      transaction.mail('@e@k', signal('b'));
      transaction.mail('@e@k', signal('c'), true);
      transaction.mail('@e@k', signal('d'), true);
    });
    expect(names('@e@k')).toEqual(['a', 'c', 'b', 'd']);
    await store.close();
    store = DurableStore.open(dataDir, 'hub', () => undefined);
    expect(store.recover()).toEqual({ entities: ['@e@k'], instances: [], activities: [] });
    await store.commit((transaction) => {
      transaction.mail('@e@k', signal('e'), true);
      transaction.mail('@e@k', signal('f'));
    });
    expect(names('@e@k').sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(names('@e@k').at(-1)).toBe('f');
  });

  it('does not mix up entities whose addresses begin alike, whatever characters they have', async () => {
    const ids = ['@n@k', '@n@k\0', '@n@k\u0001x', '@n@ü', '@n@\u{1f600}', '@nn@k', '@n@k!'];
    await store.commit((transaction) => {
      for (const id of ids) {
        transaction.putEntity(id, { exists: true, state: id, modified: 1 });
        transaction.mail(id, signal(id));
      }
    });
    for (const id of ids) expect([store.entity(id)?.state, names(id)]).toEqual([id, [id]]);
    const found = [...store.entities('n', undefined)].map(([id]) => id);
    expect(found.sort()).toEqual(ids.filter((id) => id.startsWith('@n@')).sort());
  });

  it('keeps the states written last in memory, within the limit', async () => {
    const records = new EntityRecords(store, 1_000);
    const record = (letter: string): { exists: boolean; state: string; modified: number } => ({ exists: true, state: letter.repeat(400), modified: 1 });
    for (const key of ['a', 'b', 'c']) records.committed(`@m@${key}`, record(key));
    // Only what is still in memory can be read: the store was never told.
    expect(['a', 'b', 'c'].map((key) => records.get(`@m@${key}`).exists)).toEqual([false, false, true]);
    await store.commit((transaction) => transaction.putEntity('@m@a', record('a')));
    expect(records.get('@m@a').state).toBe('a'.repeat(400));
  });
});
