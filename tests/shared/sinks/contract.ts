import type { DeadLetter, OutputBatch } from '../../../shared/event';
import type { Sink, WriteContext } from '../../../shared/sinks/sink';

/** One kind of sink under test. */
export interface SinkHarness {
  /** A sink of the output `o` over the same store as all others of this harness: another process. */
  open(): Sink;
  /** What consumers find: the value `v` of each row, those with an identity that they have already left out. Sorted. */
  stored(): Promise<number[]>;
  /** The next write fails after some of it may have been stored; absent where nothing can fail. */
  failOnce?: () => void;
  /** Takes what is left for a binding, as the host does. */
  bind?: (items: readonly unknown[]) => void;
}

const row = (n: number) => ({ n, id: `in/0/${n}`, t: 0, values: { v: n, k: n % 2 === 0 ? 'even' : 'odd' } });
const batch = (first: number, last: number): OutputBatch => ({ output: 'o', writer: 'in.0', first, last, rows: Array.from({ length: last - first + 1 }, (_, i) => row(first + i)) });
const range = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

/** What every sink must do; see the interface. */
export function describeSink(name: string, setUp: () => Promise<SinkHarness> | SinkHarness): void {
  describe(`${name}, as every sink,`, () => {
    let harness: SinkHarness;
    let letters: DeadLetter[];
    beforeEach(async () => {
      harness = await setUp();
      letters = [];
    });

    const write = (sink: Sink, ...batches: OutputBatch[]): Promise<void> => {
      const context: WriteContext = { bind: (_output, items) => harness.bind?.(items), refuse: (letter) => letters.push(letter) };
      return sink.write(batches, context);
    };

    it('tells its output', () => expect(harness.open().output).toBe('o'));

    it('stores nothing for nothing', async () => {
      await write(harness.open());
      await write(harness.open(), { ...batch(0, 0), rows: [] });
      expect(await harness.stored()).toEqual([]);
    });

    it('stores every row', async () => {
      await write(harness.open(), batch(0, 4), batch(5, 9));
      expect(await harness.stored()).toEqual(range(9));
      expect(letters).toEqual([]);
    });

    it('stores a batch that comes again once', async () => {
      const sink = harness.open();
      await write(sink, batch(0, 4));
      await write(sink, batch(0, 4));
      await write(harness.open(), batch(0, 4));
      expect(await harness.stored()).toEqual(range(4));
    });

    it('stores rows once that come again with other boundaries', async () => {
      const sink = harness.open();
      await write(sink, batch(0, 4));
      await write(sink, batch(2, 6));
      await write(harness.open(), batch(0, 9));
      expect(await harness.stored()).toEqual(range(9));
    });

    it('stores once what two processes write at the same time', async () => {
      const [a, b] = [harness.open(), harness.open()];
      for (let n = 0; n < 10; n += 5) await Promise.all([write(a, batch(n, n + 4)), write(b, batch(n, n + 4))]);
      expect(await harness.stored()).toEqual(range(9));
    });

    it('rejects when it fails, and stores all when it is tried again', async () => {
      if (!harness.failOnce) return;
      const sink = harness.open();
      await write(sink, batch(0, 4));
      harness.failOnce();
      await expect(write(sink, batch(5, 9))).rejects.toThrow();
      await write(sink, batch(5, 9));
      expect(await harness.stored()).toEqual(range(9));
    });
  });
}
