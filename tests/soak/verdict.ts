export interface Sample {
  seconds: number;
  published: number;
  applied: number;
  backlog: number;
  memory: Record<string, number>;
}

export interface Verdict {
  isFlat: boolean;
  /** Median resident memory of the host in the second quarter of the run and in the last, MB. */
  before: number;
  after: number;
}

/** More than this from the second quarter on, and more than a tenth, is growth. */
const ALLOWED_MB = 60;

/** The first quarter is for warming up; after it the host must stay as large as it is. */
export function judge(samples: readonly Sample[], part = 'host'): Verdict {
  const quarter = (n: number): number[] => samples.slice(Math.floor((samples.length * n) / 4), Math.floor((samples.length * (n + 1)) / 4)).map(({ memory }) => memory[part] ?? 0);
  const [before, after] = [median(quarter(1)), median(quarter(3))];
  return { isFlat: after - before <= Math.max(ALLOWED_MB, before / 10), before, after };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
