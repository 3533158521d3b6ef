import { Affinity } from '../../../../../local/host/durable/hub/affinity';
import type { WorkItem } from '../../../../../local/host/durable/hub/protocol';
import { WorkPool } from '../../../../../local/host/durable/hub/work-pool';

class Taker {
  readonly items: WorkItem[] = [];
  send(item: WorkItem): void {
    this.items.push(item);
  }
}

describe('affinity', () => {
  it('keeps an instance where it is, and shares out evenly', () => {
    const affinity = new Affinity<string>();
    const served = (hosts: string[]): Record<string, string> => Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, affinity.choose(key, hosts)]));
    expect(served(['x'])).toEqual({ a: 'x', b: 'x', c: 'x', d: 'x' });
    const both = served(['x', 'y']);
    expect(Object.values(both).sort()).toEqual(['x', 'x', 'y', 'y']);
    expect(served(['x', 'y'])).toEqual(both);
    affinity.drop('x');
    expect(new Set(Object.values(served(['y'])))).toEqual(new Set(['y']));
    expect(Object.values(served(['y', 'z'])).sort()).toEqual(['y', 'y', 'z', 'z']);
  });
});

describe('the pool', () => {
  const pools = (): { pool: WorkPool; first: Taker; second: Taker } => {
    const pool = new WorkPool();
    const [first, second] = [new Taker(), new Taker()];
    pool.join(first);
    pool.join(second);
    return { pool, first, second };
  };

  it('gives an item to one host, and takes its answer from no other', async () => {
    const { pool, first, second } = pools();
    const result = pool.run('f', 'payload', 'entity');
    expect([first.items, second.items]).toEqual([[{ id: 1, functionName: 'f', payload: 'payload' }], []]);
    expect(pool.settle(second, 1, { result: 'wrong' })).toBe(false);
    expect(pool.settle(first, 1, { result: 'right' })).toBe(true);
    expect(pool.settle(first, 1, { result: 'again' })).toBe(false);
    expect(await result).toBe('right');
  });

  it('gives what a lost host had to the others, as it was, and refuses what the lost one says of it', async () => {
    const { pool, first, second } = pools();
    const results = ['a', 'b', 'c'].map((key) => pool.run('f', key, key));
    const theirs = [...first.items];
    expect(theirs.length).toBeGreaterThan(0);
    expect(pool.lose(first)).toBe(theirs.length);
    expect(second.items).toEqual(expect.arrayContaining(theirs));
    for (const { id } of theirs) expect(pool.settle(first, id, { result: 'stale' })).toBe(false);
    for (const { id, payload } of second.items) pool.settle(second, id, { result: payload });
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  });

  it('lets work wait while there is no host, and a host that leaves finish', async () => {
    const pool = new WorkPool();
    const [first, second] = [new Taker(), new Taker()];
    const waiting = pool.run('f', 'p', 'x');
    pool.join(first);
    expect(first.items).toHaveLength(1);
    pool.leave(first);
    const later = pool.run('f', 'q', 'x');
    expect(first.items).toHaveLength(1);
    expect(pool.settle(first, 1, { error: new Error('no') })).toBe(true);
    await expect(waiting).rejects.toThrow('no');
    pool.join(second);
    expect(second.items.map(({ payload }) => payload)).toEqual(['q']);
    pool.abandon('over');
    await expect(later).rejects.toThrow('over');
  });
});
