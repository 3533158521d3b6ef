import fc from 'fast-check';
import type { OutputBatch, OutputRow } from '../../../shared/event';
import { blockId, parseBlockId, planBlock, type Block } from '../../../shared/sinks/block-list';

const row = (n: number): OutputRow => ({ n, id: String(n), t: 0, values: { n } });
const batch = (first: number, last: number): OutputBatch => ({ output: 'o', writer: 'w', first, last, rows: Array.from({ length: last - first + 1 }, (_, i) => row(first + i)) });

describe('block ids', () => {
  it('give back their range, also before 2020', () => {
    for (const [first, last] of [[0, 0], [5, 1_000_000], [-6e15, -6e15]] as const) expect(parseBlockId(blockId(first, last))).toMatchObject({ first, last });
    expect(parseBlockId('AAAA')).toBeUndefined();
  });
});

describe('blocks', () => {
  it('have every position once, whatever the boundaries of redelivered batches', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(10)), { maxLength: 30 }), (steps) => {
        const content = new Map<string, number[]>();
        let ids: string[] = [];
        let done = -1;
        for (const [back, size] of steps) {
          const first = Math.max(0, done + 1 - back);
          const last = Math.max(first, done) + size;
          const plan = planBlock(ids.map((id) => parseBlockId(id) as Block), batch(first, last));
          ids = plan.ids;
          if (plan.rows.length > 0) content.set(plan.id, plan.rows.map((r) => r.n));
          done = Math.max(done, last);
        }
        expect(ids.flatMap((id) => content.get(id) ?? [])).toEqual(Array.from({ length: done + 1 }, (_, i) => i));
      }),
    );
  });

  it('are overwritten by the same range and put in order of position', () => {
    const there = [10, 30].map((n) => parseBlockId(blockId(n, n)) as Block);
    expect(planBlock(there, batch(10, 10)).rows).toHaveLength(1);
    expect(planBlock(there, batch(20, 20)).ids).toEqual([10, 20, 30].map((n) => blockId(n, n)));
  });
});
