export interface DispatcherOptions<K> {
  /** How many keys may be at work at the same time. */
  limit: number;
  /** Does one piece of work for `key`; true when there may be more. A rejection makes the key wait, longer each time. */
  work: (key: K) => Promise<boolean>;
  /** Told of every rejection; `retryMs` is how long the key waits. */
  failed: (key: K, error: unknown, retryMs: number) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 30_000;

/**
 * Runs work one at a time per key and in parallel across keys, in the order in which keys were woken. A key that fails
 * waits 100 ms, doubling up to 30 s; meanwhile it holds no place, so it never blocks another.
 */
export class Dispatcher<K> {
  private readonly ready = new Set<K>();
  private readonly running = new Map<K, Promise<void>>();
  private readonly waiting = new Map<K, NodeJS.Timeout>();
  private readonly failures = new Map<K, number>();
  private readonly again = new Set<K>();
  private stopped = false;

  constructor(private readonly options: DispatcherOptions<K>) {}

  /** Says that `key` has something to do. */
  wake(key: K): void {
    if (this.stopped || this.waiting.has(key)) return;
    if (this.running.has(key)) {
      this.again.add(key);
      return;
    }
    this.ready.add(key);
    this.fill();
  }

  /** Begins nothing new and waits for what is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    this.ready.clear();
    await Promise.all(this.running.values());
  }

  private fill(): void {
    for (const key of this.ready) {
      if (this.stopped || this.running.size >= this.options.limit) return;
      this.ready.delete(key);
      this.running.set(key, this.run(key));
    }
  }

  private async run(key: K): Promise<void> {
    let more = false;
    try {
      // Never in the stack of whoever woke the key.
      await Promise.resolve();
      more = await this.options.work(key);
      this.failures.delete(key);
    } catch (error) {
      this.postpone(key, error);
    }
    this.running.delete(key);
    if (this.again.delete(key) || more) this.wake(key);
    this.fill();
  }

  private postpone(key: K, error: unknown): void {
    if (this.stopped) return;
    const failures = this.failures.get(key) ?? 0;
    const retryMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS);
    this.failures.set(key, failures + 1);
    const timer = setTimeout(() => {
      this.waiting.delete(key);
      this.wake(key);
    }, retryMs);
    this.waiting.set(key, timer);
    this.options.failed(key, error, retryMs);
  }
}
