import fc from 'fast-check';
import type { Row } from '../../../shared/runtime/row';
import { TimeOrderedBuffer } from '../../../shared/runtime/time-ordered-buffer';

const row = fc.record({ t: fc.nat(20), s: fc.constantFrom('a', 'b'), input: fc.nat(1) });

describe('rows that wait for the watermark', () => {
  it('come back once, in order of time, source, input and arrival, also after a restart', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(row, { maxLength: 6 }), fc.nat(6), fc.boolean()), { maxLength: 8 }), (rounds) => {
        let buffer = new TimeOrderedBuffer();
        let waiting: { row: Row; input: number; n: number }[] = [];
        let [w, n] = [0, 0];
        for (const [rows, step, restart] of rounds) {
          for (const { t, s, input } of rows) {
            const item = { row: { t: Math.max(t, w), s, r: [n], n }, input, n: n++ };
            waiting.push(item);
            buffer.push(item.row, input);
          }
          w += step;
          const due = waiting.filter((item) => item.row.t < w);
          waiting = waiting.filter((item) => item.row.t >= w);
          due.sort((a, b) => a.row.t - b.row.t || (a.row.s < b.row.s ? -1 : a.row.s > b.row.s ? 1 : 0) || a.input - b.input || a.n - b.n);
          const released: number[] = [];
          buffer.release(w, (item) => released.push(item.n));
          expect(released).toEqual(due.map((item) => item.n));
          expect(buffer.size).toBe(waiting.length);
          if (!restart) continue;
          const restored = new TimeOrderedBuffer();
          restored.restore(JSON.parse(JSON.stringify(buffer.snapshot())));
          buffer = restored;
        }
      }),
      { numRuns: 300 },
    );
  });
});
