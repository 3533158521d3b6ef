import fc from 'fast-check';
import { orderOf } from '../../../shared/values/text-order';

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.nat(200_000).map((n) => `device-${String(n).padStart(7, '0')}`),
  fc.nat(3000).map((n) => `sdevice-${n}`),
);

describe('the order of texts', () => {
  it('is that of comparing them', () => {
    const list = fc.oneof(fc.array(text, { maxLength: 200 }), fc.nat(2000).chain((n) => fc.array(fc.nat(100_000).map((k) => `device-${n + k}`), { minLength: 60, maxLength: 400 })));
    fc.assert(
      fc.property(list, (texts) => {
        const order = orderOf(texts);
        expect([...order].sort((a, b) => a - b)).toEqual(texts.map((_, i) => i));
        for (let k = 1; k < order.length; k++) {
          const [a, b] = [texts[order[k - 1] as number] as string, texts[order[k] as number] as string];
          if (!(a < b || (a === b && (order[k - 1] as number) < (order[k] as number)))) throw new Error(`${JSON.stringify(a)} before ${JSON.stringify(b)}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes no packing that would not fit', () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `${'\uffff'.repeat(i % 7)}${String.fromCharCode((i * 7919) % 65_536)}${i}`);
    expect(orderOf(texts).map((i) => texts[i])).toEqual([...texts].sort());
  });
});
