/** What an output does with a row that its service refuses, as opposed to a service that fails: failures are tried again for ever. */
export interface RefusalPolicy {
  /** How often a refused row is sent before it counts as one that can never be written. */
  attempts: number;
  pause: (ms: number) => Promise<void>;
}

/** `retry`: a refusal may be the service's mistake, so the row gets a few chances more. The others believe the first. */
export function refusalPolicy(onError: 'retry' | 'dead-letter' | 'stop'): RefusalPolicy {
  return { attempts: onError === 'retry' ? 4 : 1, pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
}

const FIRST_PAUSE = 200;

/**
 * Sends `items` with `send`, which gives back those that were refused, and sends these again until the policy has had enough. Gives what stayed
 * refused. A failure of `send` ends it: then everything comes again.
 */
export async function withChances<T>(items: readonly T[], { attempts, pause }: RefusalPolicy, send: (items: readonly T[]) => Promise<T[]>): Promise<T[]> {
  let refused = await send(items);
  for (let attempt = 2; refused.length > 0 && attempt <= attempts; attempt++) {
    await pause(FIRST_PAUSE * 2 ** (attempt - 2));
    refused = await send(refused);
  }
  return refused;
}
