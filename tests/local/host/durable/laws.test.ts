import fc from 'fast-check';
import { waitFor } from '../support/wait';
import { Harness, NO_FUNCTIONS } from './support/harness';

interface Payload {
  self: { name: string; key: string };
  state: string | null;
  batch: { input: string }[];
}

/** What a sender or receiver has seen, in order. */
interface Seen {
  inputs: unknown[];
  sent: number;
}

const RECEIVERS = ['r0', 'r1'];

/** A sender passes each input on to every receiver, numbered; a receiver notes down what comes. */
function run({ self, state, batch }: Payload): unknown {
  const seen = JSON.parse(state ?? '{"inputs":[],"sent":0}') as Seen;
  const signals: unknown[] = [];
  for (const { input } of batch) {
    seen.inputs.push(JSON.parse(input));
    if (self.name === 'receiver') continue;
    const number = ++seen.sent;
    for (const key of RECEIVERS) signals.push({ target: { name: 'Receiver', key }, name: 'note', input: JSON.stringify({ from: self.key, number }) });
  }
  return { results: batch.map(() => ({ isError: false })), signals, entityExists: true, entityState: JSON.stringify(seen) };
}

/** Says yes in `percent` of the cases; the same seed gives the same answers in the same order. */
function chance(seed: number, percent: number): () => boolean {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % 100 < percent;
  };
}

interface Scenario {
  /** How many signals each sender gets. */
  senders: number[];
  seed: number;
  batch: number;
  restart: boolean;
}

const scenario = fc.record<Scenario>({
  senders: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  batch: fc.integer({ min: 1, max: 5 }),
  restart: fc.boolean(),
});

/** Sends 1..n to each sender while functions fail and the engine restarts; gives what every entity has seen. */
async function play({ senders, seed, batch, restart }: Scenario, repeatPercent: number): Promise<Record<string, Seen>> {
  const fail = chance(seed, 5);
  const failing = (when: string): void => {
    if (fail()) throw new Error(`on purpose, ${when}`);
  };
  const invoke = async (_: string, text: string): Promise<unknown> => {
    failing('before');
    const result = run(JSON.parse(text) as Payload);
    await Promise.resolve();
    failing('after');
    return result;
  };
  const faults = { reorderClientSignals: chance(seed + 1, 30), abortBatchAfterInvoke: chance(seed + 2, repeatPercent), duplicateSignal: chance(seed + 3, repeatPercent) };
  const functions = { ...NO_FUNCTIONS, entities: { sender: 'Sender', receiver: 'Receiver' } };
  const harness = await Harness.start({ invoke, functions, maxEntityBatch: batch, faults });
  try {
    await Promise.all(senders.map(async (count, index) => {
      for (let n = 1; n <= count; n++) await harness.signal('Sender', `s${index}`, 'go', n);
    }));
    if (restart) await harness.restart();
    const keys = [...senders.map((_, index) => `sender/s${index}`), ...RECEIVERS.map((key) => `receiver/${key}`)];
    const read = async (): Promise<Record<string, Seen>> => Object.fromEntries(await Promise.all(keys.map(async (key) => [key, (await harness.state(...(key.split('/') as [string, string]))) as Seen])));
    let last = await read();
    await waitFor('everything has arrived', async () => {
      last = await read();
      const arrived = (from: string, key: string): number => Math.max(0, ...(last[`receiver/${key}`]?.inputs ?? []).map((input) => ((input as { from: string }).from === from ? (input as { number: number }).number : 0)));
      return senders.every((count, index) => new Set(last[`sender/s${index}`]?.inputs).size === count && RECEIVERS.every((key) => arrived(`s${index}`, key) >= last[`sender/s${index}`]!.sent));
    }, 20_000);
    return last;
  } finally {
    await harness.close();
  }
}

function numbersFrom(seen: Seen, from: string): number[] {
  return seen.inputs.filter((input) => (input as { from: string }).from === from).map((input) => (input as { number: number }).number);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('signals', () => {
  it('are applied exactly once, and in order per sending entity, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const seen = await play(given, 0);
        given.senders.forEach((count, index) => {
          const { inputs } = seen[`sender/s${index}`]!;
          expect([...inputs].sort((a, b) => (a as number) - (b as number))).toEqual(upTo(count));
          for (const key of RECEIVERS) expect(numbersFrom(seen[`receiver/${key}`]!, `s${index}`)).toEqual(upTo(count));
        });
      }),
      { numRuns: 4 },
    );
  });

  it('are repeated, never lost and never ahead of one not seen yet, when batches abort after sending or signals double', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const seen = await play(given, 30);
        given.senders.forEach((count, index) => {
          expect(new Set(seen[`sender/s${index}`]!.inputs).size).toBe(count);
          for (const key of RECEIVERS) {
            let highest = 0;
            for (const number of numbersFrom(seen[`receiver/${key}`]!, `s${index}`)) {
              expect(number).toBeLessThanOrEqual(highest + 1);
              highest = Math.max(highest, number);
            }
            expect(highest).toBe(seen[`sender/s${index}`]!.sent);
          }
        });
      }),
      { numRuns: 4 },
    );
  });
});
