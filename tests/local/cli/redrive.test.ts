/** Dead letters in a real blob container, published again to a real hub with the SDK. */
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { redrive, type Redrive, type RedriveReport } from '../../../local/cli/redrive/redrive';
import type { DeadLetter } from '../../../shared/event';
import { deadLetterText } from '../../../shared/sinks/dead-letter';
import { startEmulator, type Emulator } from '../eventhubs/emulator';
import { startAzurite, type Azurite } from '../host/support/azurite';
import { waitFor } from '../host/support/wait';

let azurite: Azurite;
let emulator: Emulator;
let producer: EventHubProducerClient;
let container: ContainerClient;
let containers = 0;

beforeAll(async () => {
  [azurite, emulator] = await Promise.all([startAzurite(), startEmulator({ hubs: [{ name: 'readings', partitionCount: 2 }] })]);
  producer = new EventHubProducerClient(emulator.connectionString, 'readings');
});
afterAll(async () => {
  await producer?.close();
  await Promise.all([azurite?.stop(), emulator?.dispose()]);
});
beforeEach(async () => {
  container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`dead-letter-${containers++}`);
  await container.create();
});

const letter = (n: number, more: Partial<DeadLetter> = {}): DeadLetter => ({ reason: 'invalid-json', message: 'm', input: 'Readings', partition: String(n % 2), sequenceNumber: n, enqueued: `2026-01-01T00:00:${String(n).padStart(2, '0')}.0000000Z`, body: Buffer.from([0xff, n]).toString('base64'), ...more });

async function put(name: string, ...letters: DeadLetter[]): Promise<void> {
  const text = deadLetterText(letters) as string;
  await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
}

const run = (more: Partial<Redrive> = {}): Promise<RedriveReport> =>
  redrive({ container, filter: { reasons: [], input: undefined, since: undefined }, target: async (input) => (input === 'readings' ? { producer, partitionIds: ['0', '1'] } : undefined), dryRun: false, now: () => new Date(0), onProgress: () => undefined, ...more });

/** Everything in the hub, as `partition: bytes`. */
async function published(count: number): Promise<string[]> {
  const consumer = new EventHubConsumerClient('$Default', emulator.connectionString, 'readings');
  const found: string[] = [];
  const subscription = consumer.subscribe({ processEvents: async (events, { partitionId }) => void found.push(...events.map(({ body }) => `${partitionId}: ${Buffer.from(body as Buffer).toString('hex')}`)), processError: async () => undefined }, { startPosition: { sequenceNumber: -1, isInclusive: false }, skipParsingBodyAsJson: true });
  await waitFor(`${count} events`, () => found.length >= count);
  await subscription.close();
  await consumer.close();
  return found.sort();
}

describe('redrive', () => {
  it('publishes the bytes of each event once, whatever copies and runs there are', async () => {
    await put('2026-01-01/a.ndjson', letter(1), letter(2));
    await put('2026-01-02/b.ndjson', letter(2), letter(3, { partition: '7' }));
    expect(await run()).toMatchObject({ letters: 4, published: 3, byReason: { 'invalid-json': 3 }, alreadyRedriven: 1 });
    expect(await run()).toMatchObject({ letters: 4, published: 0, alreadyRedriven: 4 });
    await put('2026-01-03/c.ndjson', letter(4));
    // The same number in another life of the hub is another event.
    await put('2026-01-04/d.ndjson', letter(1, { enqueued: '2026-02-01T00:00:00.0000000Z' }));
    expect(await run()).toMatchObject({ published: 2, alreadyRedriven: 4 });
    const found = await published(5);
    expect(found.map((text) => text.slice(3)).sort()).toEqual(['ff01', 'ff01', 'ff02', 'ff03', 'ff04']);
    expect(found).toEqual(expect.arrayContaining(['1: ff01', '0: ff02', '0: ff04']));
  });

  it('takes only what is asked for, and says what it left', async () => {
    await put('a', letter(1), letter(2, { reason: 'late' }), letter(3, { input: 'gone' }), letter(4, { enqueued: '', body: '{"k":1}', reason: 'late' }), letter(5, { output: 'o' }));
    await container.getBlockBlobClient('b').upload('{"reason":\n7\n', 13);
    const dry = (filter: Partial<Redrive['filter']>): Promise<RedriveReport> => run({ dryRun: true, filter: { reasons: [], input: undefined, since: undefined, ...filter } });
    expect(await dry({})).toMatchObject({ letters: 7, published: 2, unknownInput: 1, rows: 2, unreadable: 2 });
    expect(await dry({ reasons: ['late'] })).toMatchObject({ published: 1, byReason: { late: 1 }, filteredOut: 3, rows: 1 });
    expect(await dry({ input: 'READINGS', since: '2026-01-01T00:00:02.0000000Z' })).toMatchObject({ published: 1, filteredOut: 2 });
    // A dry run leaves no marks.
    expect(await dry({})).toMatchObject({ published: 2, alreadyRedriven: 0 });
  });

  it('of a container that is not there is nothing', async () => {
    await container.delete();
    expect(await run()).toMatchObject({ letters: 0, published: 0 });
  });
});
