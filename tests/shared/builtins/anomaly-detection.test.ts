/** Anomaly detection on series of known making: what was put in is found, noise is mostly left alone, and a state that was saved goes on as if it had not been. */
import fc from 'fast-check';
import { createAnalytic } from '../../../shared/builtins/analytic/registry';
import type { AnalyticState } from '../../../shared/builtins/analytic/analytic';
import type { SqlRecord, SqlValue } from '../../../shared/values/value';

const UNLIMITED = Infinity;

function detector(name: 'spikeanddip' | 'changepoint', constants: SqlValue[], limit = UNLIMITED): AnalyticState {
  return createAnalytic({ name: `anomalydetection_${name}`, offset: 1, limit, options: { distinct: false, constants, descending: [], type: 'float' } });
}

/** Mulberry32: a fixed series of uniform numbers for a seed. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NOISE: Record<string, (random: () => number) => number> = {
  normal: (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  uniform: (random) => (random() - 0.5) * Math.sqrt(12),
  exponential: (random) => -Math.log(1 - random()) - 1,
  whole: (random) => Math.round(2 * (NOISE.normal as (r: () => number) => number)(random)) / 2,
};

function series(kind: string, seed: number, length: number): number[] {
  const random = uniform(seed);
  return Array.from({ length }, () => (NOISE[kind] as (r: () => number) => number)(random));
}

const row = (t: number, value: SqlValue, key = '', counts = true) => ({ t, key, value, fallback: null, order: [], counts });
const judge = (state: AnalyticState, values: readonly SqlValue[]): (SqlRecord | null)[] => values.map((value, t) => state.next(row(t, value)) as SqlRecord | null);
const flagged = (state: AnalyticState, values: readonly SqlValue[]): number[] => judge(state, values).flatMap((verdict, i) => (verdict?.IsAnomaly === 1 ? [i] : []));

describe('spikes and dips', () => {
  const history = series('normal', 1, 200);
  const withSpike = history.map((v, i) => (i === 150 ? 8 : i === 170 ? -8 : v));

  it.each<[string, number[], number[]]>([['spikes', [150], [170]], ['dips', [170], [150]], ['SpikesAndDips', [150, 170], []]])('%s are found, and the others not', (mode, found, left) => {
    const positions = flagged(detector('spikeanddip', [99.9, 120, mode]), withSpike);
    for (const i of found) expect(positions).toContain(i);
    for (const i of left) expect(positions).not.toContain(i);
    expect(positions.length).toBeLessThanOrEqual(found.length + 1);
  });

  it('the second spike is found although the first is in the history', () => {
    const twice = history.map((v, i) => (i === 150 || i === 160 ? 12 : v));
    expect(flagged(detector('spikeanddip', [97, 120, 'spikes']), twice)).toEqual(expect.arrayContaining([150, 160]));
  });

  /** Measured bounds of the rate, in %; 1 − confidence is 5 and 1. */
  it.each<[string, number, number, [number, number]]>([
    ['normal', 95, 120, [3, 6]], ['normal', 99, 120, [0.5, 2]], ['normal', 95, 30, [3, 7]], ['exponential', 95, 120, [1.5, 5]], ['uniform', 95, 120, [0, 5]], ['whole', 95, 120, [1.5, 6]],
  ])('on %s noise about 1 − confidence are false: %d %% of %d', (kind, confidence, size, [low, high]) => {
    const length = 4_000;
    const rate = (100 * flagged(detector('spikeanddip', [confidence, size, 'spikesanddips']), series(kind, 3, length)).length) / length;
    expect(rate).toBeGreaterThanOrEqual(low);
    expect(rate).toBeLessThanOrEqual(high);
  });

  it('is not troubled by a series of equal values, and sees what differs', () => {
    expect(flagged(detector('spikeanddip', [95, 50, 'spikesanddips']), [...Array<number>(60).fill(20), 20.1, ...Array<number>(10).fill(20)])).toEqual([60]);
    expect(flagged(detector('spikeanddip', [95, 50, 'spikesanddips']), [...Array<number>(60).fill(0), 1e-300])).toEqual([60]);
  });
});

describe('change points', () => {
  const shifted = (kind: string, seed: number, by: number, at = 200): number[] => series(kind, seed, 320).map((v, i) => (i >= at ? v + by : v));

  it.each(['normal', 'exponential', 'uniform', 'whole'])('a shift of %s noise by three deviations is found within ten events', (kind) => {
    for (let seed = 1; seed <= 10; seed++) {
      const positions = flagged(detector('changepoint', [95, 120]), shifted(kind, seed, seed % 2 ? 3 : -3));
      expect(positions.filter((i) => i >= 200 && i < 210).length).toBeGreaterThan(0);
    }
  });

  it('more noise is found too', () => {
    const wilder = series('normal', 5, 320).map((v, i) => (i >= 200 ? 6 * v : v));
    expect(flagged(detector('changepoint', [95, 120]), wilder).filter((i) => i >= 200).length).toBeGreaterThan(0);
  });

  it('a single spike is no change', () => {
    expect(flagged(detector('changepoint', [95, 120]), series('normal', 2, 320).map((v, i) => (i === 200 ? 50 : v)))).toEqual([]);
  });

  it('the new level becomes the usual one', () => {
    const positions = flagged(detector('changepoint', [95, 60]), shifted('normal', 4, 5));
    expect(Math.max(...positions)).toBeLessThan(300);
  });

  it.each(['normal', 'exponential', 'uniform', 'whole'])('on %s noise less than 1 − confidence are false', (kind) => {
    for (const [confidence, most] of [[80, 20], [95, 5]] as const) {
      const rate = (100 * flagged(detector('changepoint', [confidence, 60]), series(kind, 9, 3_000)).length) / 3_000;
      expect(rate).toBeLessThanOrEqual(most);
    }
  });
});

describe.each([
  ['spikeanddip', [90, 20, 'spikesanddips'] as SqlValue[]],
  ['changepoint', [90, 20] as SqlValue[]],
] as const)('%s', (name, constants) => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, 1e308, -1e308, 5e-324), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));

  it('scores are numbers: p-values from 0 to 1, martingales not below 0', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 30, maxLength: 60 }), (values) => {
        for (const verdict of judge(detector(name, [...constants]), values)) {
          const score = verdict?.Score as number;
          expect(Number.isFinite(score) && score >= 0 && (name === 'changepoint' || score <= 1)).toBe(true);
          expect([0, 1]).toContain(verdict?.IsAnomaly);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('a state saved after any event goes on the same, whenever it is told the time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.integer({ min: 0, max: 2 }), fc.constantFrom('a', 'a', 'a', 'b'), fc.boolean()), { maxLength: 120 }), (events) => {
        const whole = detector(name, [...constants], 40);
        let parts = detector(name, [...constants], 40);
        let t = 0;
        for (const [v, step, key, saves] of events) {
          t += step;
          expect(parts.next(row(t, v, key))).toEqual(whole.next(row(t, v, key)));
          if (!saves) continue;
          parts.expire(t);
          const saved = JSON.parse(JSON.stringify(parts.snapshot())) as unknown;
          parts = detector(name, [...constants], 40);
          parts.restore(saved);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('what has no value or does not count is neither judged nor remembered', () => {
    const [plain, gaps] = [detector(name, [...constants]), detector(name, [...constants])];
    series('normal', 6, 60).forEach((v, i) => {
      const expected = plain.next(row(i, v));
      for (const missing of [null, NaN, Infinity]) expect(gaps.next(row(i, missing))).toBeNull();
      expect(gaps.next(row(i, 1e6, '', false))).toBeNull();
      expect(gaps.next(row(i, v))).toEqual(expected);
    });
  });

  it('text that is a number is one; other text is refused before anything changes', () => {
    const state = detector(name, [...constants]);
    expect(state.next(row(0, '5'))).not.toBeNull();
    const before = JSON.stringify(state.snapshot());
    expect(() => state.check?.(row(1, 'warm'))).toThrow("invalid type 'nvarchar(max)'");
    expect(() => state.next(row(1, 'warm'))).toThrow("invalid type 'nvarchar(max)'");
    expect(JSON.stringify(state.snapshot())).toBe(before);
  });
});
