import fc from 'fast-check';
import { packTexts, PackedTexts, type EncodedTexts } from '../../../shared/runtime/operators/packed-texts';
import { bodyOf, readBody } from '../../../shared/runtime/state-base';
import type { NewBlocks } from '../../../shared/values/blocks';

/** Written and read back, beside something else. */
function writtenAndRead(texts: readonly string[]): { packed: PackedTexts; size: number } {
  const bytes = bodyOf((blocks) => ['before', packTexts(texts, blocks as NewBlocks)], 0).bytes();
  // Blobs begin anywhere in memory.
  const moved = Buffer.concat([Buffer.from('x'), bytes]).subarray(1);
  const { data, blocks } = readBody(moved);
  return { packed: new PackedTexts((data as [string, EncodedTexts])[1], blocks), size: bytes.length };
}

// Also halves of pairs, and texts of which others are the beginning.
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.string({ unit: fc.constantFrom('a', 'b', 'ÿ', '\0') }), fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'Ā') }), fc.nat(3).map((n) => 'long'.repeat(n * 100)));

describe('texts that are written end to end', () => {
  it('are found where they are, and are the same texts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 100 }), fc.array(text), (texts, others) => {
        const { packed } = writtenAndRead(texts);
        expect(packed.size).toBe(texts.length);
        for (const one of [...texts, ...others]) expect(packed.find(one)).toBe(texts.indexOf(one));
        expect(packed.toArray()).toEqual(texts);
      }),
      { numRuns: 500 },
    );
  });

  it('take a byte a unit where that is enough, and one for their length', () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `gerät-${String(i).padStart(7, '0')}`);
    const { packed, size } = writtenAndRead(texts);
    expect(size).toBeLessThan(5000 * 14 + 100);
    expect(texts.every((one, i) => packed.find(one) === i)).toBe(true);
    expect(writtenAndRead([...texts, '漢']).size).toBeGreaterThan(5000 * 27);
  });
});

describe('a body', () => {
  it('is JSON when nothing is long enough for a block, and otherwise as JSON what it would have been', () => {
    const list = Float64Array.of(1, 2, 3);
    const snapshot = (blocks?: NewBlocks): unknown => [blocks?.takes(list.length) ? blocks.add(list) : [...list]];
    const [small, large] = [bodyOf(snapshot), bodyOf(snapshot, 3)];
    expect([Buffer.from(small.bytes()).toString(), small.text(), large.text()]).toEqual(['[[1,2,3]]', '[[1,2,3]]', '[[1,2,3]]']);
    const { data, blocks } = readBody(large.bytes());
    expect(data).toEqual([0]);
    expect(Buffer.from(blocks.get(0))).toEqual(Buffer.from(list.buffer));
    expect(() => blocks.get(1)).toThrow('there is no block 1: there are 1');
  });

  it('is not read when a part of it is missing', () => {
    const bytes = bodyOf((blocks) => blocks?.add(Float64Array.of(1, 2, 3)), 0).bytes();
    for (let length = 4; length < bytes.length; length++) expect(() => readBody(bytes.subarray(0, length))).toThrow();
  });
});
