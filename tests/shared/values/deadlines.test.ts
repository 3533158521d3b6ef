import fc from 'fast-check';
import { Deadlines } from '../../../shared/values/deadlines';
import { Fifo } from '../../../shared/values/fifo';

describe('deadlines', () => {
  it('come earliest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const deadlines = new Deadlines<number>();
        for (const t of times) deadlines.add(t, t);
        const taken: number[] = [];
        while (deadlines.next <= 20) taken.push(deadlines.take());
        expect(taken).toEqual([...times].sort((a, b) => a - b));
        expect(deadlines.next).toBeNaN();
      }),
    );
  });
});

describe('a queue', () => {
  it('gives back what it got, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (steps) => {
        const queue = new Fifo<number>();
        let model: number[] = [];
        steps.forEach((isPush, i) => {
          if (isPush || model.length === 0) {
            queue.push(i);
            model.push(i);
          } else {
            expect(queue.shift()).toBe(model[0]);
            model = model.slice(1);
          }
          expect([queue.length, queue.first, queue.toArray()]).toEqual([model.length, model[0], model]);
        });
      }),
    );
  });
});
