import { judge, type Sample } from './verdict';

const samples = (sizes: readonly number[]): Sample[] => sizes.map((host, i) => ({ seconds: i * 5, published: 0, applied: 0, backlog: 0, memory: { host } }));
const run = (size: (i: number) => number): boolean => judge(samples(Array.from({ length: 120 }, (_, i) => size(i)))).isFlat;

describe('the verdict of a soak', () => {
  it.each<[string, (i: number) => number, boolean]>([
    ['stays as it is', () => 400, true],
    ['grows while it warms up', (i) => 200 + 10 * Math.min(i, 25), true],
    ['goes up and down', (i) => 400 + 80 * Math.sin(i), true],
    ['grows by a MB with each sample', (i) => 400 + 2 * i, false],
    ['grows slowly from a small size', (i) => 100 + i, true],
  ])('that %s', (_what, size, isFlat) => expect(run(size)).toBe(isFlat));
});
