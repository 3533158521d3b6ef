import type { RetryOptions } from './contract';
import type { Clock } from './clock';

export interface RetryContext {
  /** 0 for the first try; Azure sends the context from the first retry on. */
  retryCount: number;
  maxRetryCount: number;
}

export interface RetryRun {
  policy: RetryOptions | undefined;
  clock: Clock;
  /** Aborted: no further tries. */
  signal: AbortSignal;
  onFailure: (error: unknown, next: { retryCount: number; delayMs: number } | null) => void;
}

export type RetryOutcome = 'succeeded' | 'failed' | 'aborted';

/**
 * Tries until `attempt` succeeds, the policy is used up (-1 = never) or the signal is aborted. Never rejects: what
 * a trigger does after the last failure (checkpoint, go on) does not depend on the error.
 */
export async function runWithRetry(attempt: (context: RetryContext | undefined) => Promise<unknown>, run: RetryRun): Promise<RetryOutcome> {
  const maxRetryCount = run.policy?.maxRetryCount ?? 0;
  for (let retryCount = 0; ; retryCount++) {
    try {
      await attempt(retryCount === 0 ? undefined : { retryCount, maxRetryCount });
      return run.signal.aborted ? 'aborted' : 'succeeded';
    } catch (error) {
      const usedUp = run.policy === undefined || (maxRetryCount >= 0 && retryCount >= maxRetryCount);
      const delayMs = usedUp ? 0 : retryDelay(run.policy!, retryCount + 1);
      run.onFailure(error, usedUp ? null : { retryCount: retryCount + 1, delayMs });
      if (run.signal.aborted) return 'aborted';
      if (usedUp) return 'failed';
      await run.clock.sleep(delayMs, run.signal);
      if (run.signal.aborted) return 'aborted';
    }
  }
}

/** Milliseconds before the n-th retry (n from 1): fixed, or doubling from the minimum up to the maximum. */
export function retryDelay(policy: RetryOptions, retryCount: number): number {
  if (policy.retryStrategy === 'fixedDelay') return policy.delayIntervalMs ?? 0;
  const minimum = policy.minimumIntervalMs ?? 0;
  const maximum = policy.maximumIntervalMs ?? Number.MAX_SAFE_INTEGER;
  return Math.min(maximum, minimum * 2 ** Math.min(retryCount - 1, 40));
}
