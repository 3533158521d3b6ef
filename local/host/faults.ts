/**
 * Faults on purpose: the places where the host can be made to crash or to deliver again, so that an app's claim to be
 * exact can be tested. Without options nothing ever happens.
 */
export type CrashPoint = 'output:before' | 'output:after' | 'checkpoint:before' | 'checkpoint:after';

export interface HostFaults {
  /** The same seed gives the same decisions in the same order. */
  seed: number;
  /** Probability, per successful batch, that its checkpoint is skipped and the partition is read again from the last one. */
  redeliver?: number;
  /** Probability of a crash each time a point is passed. */
  crash?: Partial<Record<CrashPoint, number>>;
  /** What a crash does; the default ends the process with code 86 and no clean-up. */
  exit?: (point: CrashPoint) => void;
}

/** The seam that the host calls. */
export interface FaultInjector {
  at(point: CrashPoint): void;
  redeliver(): boolean;
}

export const CRASH_EXIT_CODE = 86;

/** Makes the injector for `faults`; for undefined, one that does nothing. */
export function createFaults(faults: HostFaults | undefined): FaultInjector {
  if (faults === undefined) return { at: () => undefined, redeliver: () => false };
  const random = mulberry32(faults.seed);
  const exit = faults.exit ?? (() => process.exit(CRASH_EXIT_CODE));
  return {
    at(point) {
      const probability = faults.crash?.[point] ?? 0;
      if (probability > 0 && random() < probability) exit(point);
    },
    redeliver: () => (faults.redeliver ?? 0) > 0 && random() < faults.redeliver!,
  };
}

/** A 32-bit generator (Tommy Ettinger's mulberry32); quality is ample for deciding when to fail. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
