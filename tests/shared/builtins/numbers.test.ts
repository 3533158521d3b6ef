import fc from 'fast-check';
import { Blocks, NewBlocks } from '../../../shared/values/blocks';
import { Numbers, type PackedNumbers } from '../../../shared/builtins/accumulators/numbers';

const of = (values: readonly number[]): Numbers => {
  const numbers = new Numbers();
  values.forEach((value) => numbers.push(value));
  return numbers;
};
const listOf = ({ values, length }: Numbers): number[] => [...values.subarray(0, length)];

describe('a list of numbers', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.integer({ min: -128, max: 127 }), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 2 ** 53));
  const list = fc.oneof(fc.array(number), fc.array(fc.integer({ min: -130, max: 130 })), fc.array(fc.integer({ min: -40_000, max: 40_000 })), fc.tuple(number, fc.nat(50)).map(([value, n]) => Array<number>(n).fill(value)));

  it('is the same when it is read back, and can be added to', () => {
    fc.assert(
      fc.property(list, number, (values, more) => {
        const read = Numbers.decode(JSON.parse(JSON.stringify(of(values).encode())) as string);
        expect(listOf(read)).toEqual(values);
        read.push(more);
        expect(listOf(read)).toEqual([...values, more]);
        expect(listOf(of(values).copy())).toEqual(values);
        const written = new NewBlocks(1);
        const packed = JSON.parse(JSON.stringify(of(values).encode(written))) as PackedNumbers;
        const blocks = new Blocks(written.list.map((block) => {
          const bytes = Buffer.alloc(block.length + 1);
          block.writeTo(bytes, 1);
          return bytes.subarray(1);
        }));
        expect(listOf(Numbers.decode(packed, blocks))).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, number[], number]>([
    ['zeros', Array<number>(1000).fill(0), 10],
    ['small whole numbers', Array.from({ length: 900 }, (_, i) => i % 100), 1201],
    ['doubles', Array.from({ length: 900 }, (_, i) => i / 7), 9601],
  ])('takes as little as it can: %s', (_, values, most) => expect(of(values).encode().length).toBeLessThanOrEqual(most));
});
