/** Rows that a service refuses: they are told from failures, from their neighbours, and treated by the output's policy. */
import type { BulkOperationResult, Container, OperationInput } from '@azure/cosmos';
import type { EventData, EventDataBatch } from '@azure/event-hubs';
import type { ContainerClient } from '@azure/storage-blob';
import type { DeadLetter, OutputBatch } from '../../../shared/event';
import { Outputs } from '../../../shared/job/outputs';
import { createBlobSink } from '../../../shared/sinks/blob';
import { createCosmosBulkSink } from '../../../shared/sinks/cosmos';
import { sendAll, type Producer } from '../../../shared/sinks/event-hub';
import { pathPattern } from '../../../shared/sinks/path-pattern';
import type { Sink } from '../../../shared/sinks/sink';
import { MemoryTelemetry } from '../../../shared/telemetry';
import type { SqlRecord } from '../../../shared/values/value';

const batch = (rows: SqlRecord[]): OutputBatch => ({ output: 'o', writer: 'in.0', first: 0, last: rows.length - 1, rows: rows.map((values, n) => ({ n, id: `in/0/${n}`, t: 0, values })) });

async function lettersOf(sink: Sink, rows: SqlRecord[]): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await sink.write([batch(rows)], { bind: () => undefined, refuse: (letter) => letters.push(letter) });
  return letters;
}

/** A container that answers each document with the status that it names. */
function cosmos(attempts: number): { sink: Sink; sent: string[][]; stored: Set<string> } {
  const [sent, stored] = [[] as string[][], new Set<string>()];
  const executeBulkOperations = async (operations: OperationInput[]): Promise<BulkOperationResult[]> => {
    const documents = operations.map((operation) => (operation as unknown as { resourceBody: { id: string; status?: number } }).resourceBody);
    // The SDK runs no operation that does not name its partition key.
    expect(operations.map((operation) => (operation as { partitionKey?: unknown }).partitionKey)).toEqual(documents.map(({ id }) => id));
    sent.push(documents.map(({ id }) => id));
    return documents.map(({ id, status }, i) => {
      const operationInput = operations[i] as OperationInput;
      if (status === undefined) return stored.add(id) && { operationInput };
      return { operationInput, error: { name: 'ErrorResponse', code: status, message: `status ${status}\nActivityId: 7` } };
    });
  };
  const sink = createCosmosBulkSink({ job: 'j', output: 'o', partitionKey: '/id', refusals: { attempts, pause: async () => undefined }, open: async () => ({ items: { executeBulkOperations } }) as unknown as Container });
  return { sink, sent, stored };
}

describe('Cosmos DB', () => {
  it.each([400, 409, 413])('refuses a document with %i: it is set aside, and its neighbours are stored', async (status) => {
    const { sink, sent, stored } = cosmos(1);
    expect(await lettersOf(sink, [{ id: 'a' }, { id: 'b', status }, { id: 'c' }])).toMatchObject([{ reason: 'refused-by-output', output: 'o', input: 'in.0', sequenceNumber: 1, message: expect.stringMatching(`refused the document with ${status}: status ${status} \\(output o\\)`) as string }]);
    expect([...stored]).toEqual(['a', 'c']);
    expect(sent).toHaveLength(1);
  });

  it('gets a refused document again when the policy says so, and only that', async () => {
    const { sink, sent } = cosmos(4);
    expect(await lettersOf(sink, [{ id: 'a' }, { id: 'b', status: 400 }])).toHaveLength(1);
    expect(sent).toEqual([['a', 'b'], ['b'], ['b'], ['b']]);
  });

  it.each([429, 408, 449, 503, 404, 403])('fails with %i: everything comes again', async (status) => {
    await expect(lettersOf(cosmos(1).sink, [{ id: 'a' }, { id: 'b', status }])).rejects.toMatchObject({ code: 'output-failed', disposition: 'retry' });
  });

  it('is not sent what it can never take', async () => {
    const { sink, sent } = cosmos(4);
    const letters = await lettersOf(sink, [{ id: 'x'.repeat(2_000) }, { id: 'a#b' }]);
    expect(letters.map(({ reason }) => reason)).toEqual(['invalid-document-id', 'invalid-document-id']);
    expect(sent).toEqual([]);
  });
});

/** A hub whose link promises more than it takes: 10 bytes. */
class SmallHub implements Producer {
  readonly bodies: string[] = [];
  createBatch = async (): Promise<EventDataBatch> => {
    const events: EventData[] = [];
    return { events, get count() { return events.length; }, tryAdd: (event: EventData) => events.push(event) > 0 } as unknown as EventDataBatch;
  };
  sendBatch = async (sent: EventDataBatch | EventData[]): Promise<void> => {
    const bodies = (sent as unknown as { events: EventData[] }).events.map(({ body }) => String(body));
    if (bodies.join('').length > 10) throw Object.assign(new Error('too large'), { code: 'MessageTooLargeError' });
    this.bodies.push(...bodies);
  };
  close = async (): Promise<void> => undefined;
}

it('an Event Hub that takes less than it said gets the events one by one', async () => {
  const hub = new SmallHub();
  const tooLarge = await sendAll(hub, {}, ['one', 'two', 'far too large for it', 'three'].map((body) => ({ body })));
  expect(hub.bodies).toEqual(['one', 'two', 'three']);
  expect(tooLarge.map(({ body }) => body as string)).toEqual(['far too large for it']);
});

describe('Blob storage', () => {
  const sink = (code: string | undefined): Sink => {
    const refuse = (): never => {
      throw Object.assign(new Error('no'), { code, statusCode: 400 });
    };
    const container = { createIfNotExists: async () => undefined, getBlockBlobClient: (name: string) => ({ name, getBlockList: refuse }) } as unknown as ContainerClient;
    return createBlobSink({ output: 'o', container, path: pathPattern('{a}/{b}/{c}/{d}/{e}/{f}') });
  };
  const long = 'x'.repeat(200);

  it('has names of 1,024 characters at most', async () => {
    expect(await lettersOf(sink('none'), [{ a: long, b: long, c: long, d: long, e: long, f: long }])).toMatchObject([{ reason: 'invalid-path', sequenceNumber: 0 }]);
  });

  it('refuses names that it does not take, and fails with everything else', async () => {
    expect(await lettersOf(sink('InvalidResourceName'), [{ a: 'x' }])).toMatchObject([{ reason: 'refused-by-output' }]);
    await expect(lettersOf(sink('AuthenticationFailed'), [{ a: 'x' }])).rejects.toThrow('no');
  });
});

describe('the policy "stop"', () => {
  const refusing: Sink = { output: 'o', write: async (batches, context) => context.refuse({ reason: 'r', message: 'too large', input: 'in.0', partition: '', sequenceNumber: 4, enqueued: '', output: 'o', body: String(batches.length) }) };

  it('stops all outputs with what to do, until the app starts again', async () => {
    const outputs = new Outputs([refusing], new MemoryTelemetry(), { policies: new Map([['o', 'stop']]), own: (b) => b });
    await expect(outputs.write([batch([{ a: 1 }])], [])).rejects.toMatchObject({ code: 'output-refused', disposition: 'stop' });
    await expect(outputs.write([], [])).rejects.toThrow(/the row in\.0 4 .* start the app again/);
    expect(outputs.stopped?.message).toMatch(/too large/);
  });

  it('is not that of other outputs', async () => {
    const outputs = new Outputs([refusing], new MemoryTelemetry(), { policies: new Map([['o', 'retry']]), own: (b) => b });
    expect((await outputs.write([batch([{ a: 1 }])], [])).deadLetters).toContain('"reason":"r"');
  });
});
