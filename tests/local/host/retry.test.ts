import { createFaults } from '../../../local/host/faults';
import { forEachBounded } from '../../../local/host/bounded';
import { retryDelay, runWithRetry } from '../../../local/host/retry';
import type { RetryOptions } from '../../../local/host/contract';
import { AutoClock } from './support/auto-clock';

const fixed = (maxRetryCount: number): RetryOptions => ({ retryStrategy: 'fixedDelay', maxRetryCount, delayIntervalMs: 500 });

describe('runWithRetry', () => {
  async function run(policy: RetryOptions | undefined, failures: number) {
    const clock = new AutoClock();
    const contexts: unknown[] = [];
    const attempt = (context: unknown): Promise<void> => {
      contexts.push(context);
      return contexts.length <= failures ? Promise.reject(new Error('no')) : Promise.resolve();
    };
    const outcome = await runWithRetry(attempt, { policy, clock, signal: new AbortController().signal, onFailure: () => undefined });
    return { outcome, contexts, slept: clock.slept };
  }

  it('gives the retry context from the first retry on', async () => {
    expect(await run(fixed(3), 2)).toEqual({
      outcome: 'succeeded',
      contexts: [undefined, { retryCount: 1, maxRetryCount: 3 }, { retryCount: 2, maxRetryCount: 3 }],
      slept: [500, 500],
    });
  });

  it('fails when the retries are used up', async () => expect(await run(fixed(2), 99)).toMatchObject({ outcome: 'failed', slept: [500, 500] }));
  it('does not retry without a policy', async () => expect(await run(undefined, 1)).toMatchObject({ outcome: 'failed', slept: [] }));
  it('goes on for ever with -1', async () => expect(await run(fixed(-1), 50)).toMatchObject({ outcome: 'succeeded' }));

  it('stops when aborted, even for ever', async () => {
    const abort = new AbortController();
    let tries = 0;
    const attempt = (): Promise<void> => {
      if (++tries === 3) abort.abort();
      return Promise.reject(new Error('no'));
    };
    expect(await runWithRetry(attempt, { policy: fixed(-1), clock: new AutoClock(), signal: abort.signal, onFailure: () => undefined })).toBe('aborted');
    expect(tries).toBe(3);
  });

  it('doubles from the minimum up to the maximum', () => {
    const policy: RetryOptions = { retryStrategy: 'exponentialBackoff', maxRetryCount: -1, minimumIntervalMs: 1000, maximumIntervalMs: 10_000 };
    expect([1, 2, 3, 4, 5, 1000].map((count) => retryDelay(policy, count))).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('createFaults', () => {
  it('does nothing without options', () => {
    const faults = createFaults(undefined);
    expect(() => faults.at('output:before')).not.toThrow();
    expect(faults.redeliver()).toBe(false);
  });

  it('decides the same for the same seed, about as often as asked', () => {
    const decide = (seed: number): string => {
      const crashes: number[] = [];
      let call = 0;
      const faults = createFaults({ seed, crash: { 'checkpoint:before': 0.1 }, exit: () => crashes.push(call) });
      for (; call < 1000; call++) faults.at('checkpoint:before');
      expect(crashes.length).toBeGreaterThan(60);
      expect(crashes.length).toBeLessThan(140);
      return crashes.join();
    };
    expect(decide(7)).toBe(decide(7));
    expect(decide(7)).not.toBe(decide(8));
  });
});

describe('forEachBounded', () => {
  it('keeps the limit, finishes everything, throws the first failure', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done.push(item);
      if (item % 4 === 3) throw new Error(`item ${item}`);
    };
    await expect(forEachBounded([0, 1, 2, 3, 4, 5, 6, 7], 3, work)).rejects.toThrow('item 3');
    expect(done).toHaveLength(8);
    expect(most).toBe(3);
  });
});
