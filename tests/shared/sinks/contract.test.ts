/** The contract of sinks, run against every one of them. */
import type { BulkOperationResult, Container, OperationInput } from '@azure/cosmos';
import type { EventData, EventDataBatch } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { decodeCsv } from '../../../shared/formats/csv';
import { rowFile } from '../../../shared/formats/row-file';
import { createBlobSink } from '../../../shared/sinks/blob';
import { createCosmosBindingSink, createCosmosBulkSink } from '../../../shared/sinks/cosmos';
import { createEventHubBindingSink, createEventHubSdkSink, type Producer } from '../../../shared/sinks/event-hub';
import { pathPattern } from '../../../shared/sinks/path-pattern';
import { refusalPolicy } from '../../../shared/sinks/refusals';
import type { DeadLetter } from '../../../shared/event';
import { startAzurite, type Azurite } from '../../local/host/support/azurite';
import { describeSink, type SinkHarness } from './contract';

const options = { job: 'j', output: 'o' };
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

let azurite: Azurite;
beforeAll(async () => (azurite = await startAzurite()));
afterAll(() => azurite.stop());

let containers = 0;

/** The values in a file of each format. */
const READERS = {
  json: (text: string) => text.trim().split('\n').map((line) => (JSON.parse(line) as { v: number }).v),
  'json-array': (text: string) => (JSON.parse(text) as { v: number }[]).map(({ v }) => v),
  csv: (text: string) => decodeCsv(text, {}).map(({ v }) => Number(v)),
} as const;

describe.each(Object.keys(READERS) as (keyof typeof READERS)[])('files of %s', (format) => describeSink('Blob', () => {
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`contract${containers++}`);
  let fails = 0;
  const failing = new Proxy(container, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (name === 'getBlockBlobClient' && fails > 0 && fails--) throw new Error('the connection is lost');
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  return {
    open: () => createBlobSink({ output: 'o', container: failing, path: pathPattern('{k}'), file: rowFile({ format }) }),
    failOnce: () => void (fails = 1),
    stored: async () => {
      const found: number[] = [];
      if (await container.exists()) for await (const { name } of container.listBlobsFlat()) found.push(...READERS[format]((await container.getBlobClient(name).downloadToBuffer()).toString()));
      return sorted(found);
    },
  };
}));

type Document = { id: string; k: string; v: number };

/** Upserts are by id and partition key. */
function documents(): { store: Map<string, Document>; upsert: (document: Document) => void; stored: () => Promise<number[]> } {
  const store = new Map<string, Document>();
  return { store, upsert: (document) => void store.set(`${document.k} ${document.id}`, document), stored: async () => sorted([...store.values()].map(({ v }) => v)) };
}

describeSink('Cosmos DB through its binding', () => {
  const { upsert, stored } = documents();
  return { open: () => createCosmosBindingSink({ ...options, partitionKey: '/k' }), bind: (items) => (items as Document[]).forEach(upsert), stored };
});

describeSink('Cosmos DB in bulk', () => {
  const { upsert, stored } = documents();
  let fails = false;
  const executeBulkOperations = async (operations: OperationInput[]): Promise<BulkOperationResult[]> =>
    operations.map((operationInput, i) => {
      if (fails && i === 2) return { operationInput, error: Object.assign(new Error('429'), { code: 429 }) } as BulkOperationResult;
      upsert((operationInput as unknown as { resourceBody: Document }).resourceBody);
      return { operationInput } as BulkOperationResult;
    });
  const items = {
    executeBulkOperations: async (operations: OperationInput[]) => {
      const results = await executeBulkOperations(operations);
      fails = false;
      return results;
    },
  };
  return { open: () => createCosmosBulkSink({ ...options, refusals: refusalPolicy('retry'), partitionKey: '/k', open: async () => ({ items }) as unknown as Container }), failOnce: () => void (fails = true), stored };
});

/** A hub that takes messages of up to 300 bytes, three to a batch. */
class MemoryHub implements Producer {
  readonly events: (EventData & { key?: string })[] = [];
  fails = 0;

  createBatch = async (batchOptions: { partitionKey?: string } = {}): Promise<EventDataBatch> => {
    const events: EventData[] = [];
    const batch = {
      events,
      key: batchOptions.partitionKey,
      get count() {
        return events.length;
      },
      tryAdd: (event: EventData) => events.length < 3 && (event.body as Buffer).length <= 300 && events.push(event) > 0,
    };
    return batch as unknown as EventDataBatch;
  };

  sendBatch = async (batch: EventDataBatch | EventData[]): Promise<void> => {
    if (this.fails > 0 && this.fails-- === 1) throw new Error('the hub is busy');
    const { events, key } = batch as unknown as { events: EventData[]; key?: string };
    this.events.push(...events.map((event) => ({ ...event, key })));
  };

  close = async (): Promise<void> => undefined;
}

const distinct = (found: readonly { id: unknown; v: number }[]): number[] => sorted([...new Map(found.map(({ id, v }) => [id, v])).values()]);

describeSink('Event Hub through its binding', () => {
  const bodies: string[] = [];
  return {
    open: () => createEventHubBindingSink({ ...options, identity: 'body' }),
    bind: (items) => void bodies.push(...(items as string[])),
    stored: async () => distinct(bodies.map((text) => JSON.parse(text) as { _id: string; v: number }).map(({ _id: id, v }) => ({ id, v }))),
  };
});

describeSink('Event Hub through the SDK', (): SinkHarness => {
  const hub = new MemoryHub();
  return {
    open: () => createEventHubSdkSink({ ...options, identity: 'property', producer: hub, partitionKey: 'k' }),
    // One batch goes out before the one that fails.
    failOnce: () => void (hub.fails = 2),
    stored: async () => distinct(hub.events.map(({ body, properties }) => ({ id: properties?.['weir-id'], v: (JSON.parse(String(body)) as { v: number }).v }))),
  };
});

describe('the Event Hub sink through the SDK', () => {
  const write = async (hub: MemoryHub, values: Record<string, string | number | null>[]): Promise<DeadLetter[]> => {
    const letters: DeadLetter[] = [];
    const rows = values.map((v, n) => ({ n, id: String(n), t: 0, values: v }));
    const sink = createEventHubSdkSink({ ...options, identity: 'property', producer: hub, partitionKey: 'K', properties: ['k', 'v', 'none'] });
    await sink.write([{ output: 'o', writer: 'w', first: 0, last: rows.length - 1, rows }], { bind: () => undefined, refuse: (letter) => letters.push(letter) });
    return letters;
  };

  it('keeps the order of each key, and sets the key and properties', async () => {
    const hub = new MemoryHub();
    await write(hub, Array.from({ length: 12 }, (_, i) => ({ k: i % 2 === 0 ? 'a' : 'b', v: i })));
    for (const key of ['a', 'b']) expect(hub.events.filter((event) => event.key === key).map(({ properties }) => properties?.v)).toEqual([0, 2, 4, 6, 8, 10].map((n) => (key === 'a' ? n : n + 1)));
    expect(hub.events[0]?.properties).toEqual({ k: 'a', v: 0, 'weir-id': expect.stringMatching(/^[0-9a-f]{32}$/) as string });
  });

  it('sets aside what does not fit the hub, and sends the rest', async () => {
    const hub = new MemoryHub();
    const letters = await write(hub, [{ v: 1 }, { v: 2, text: 'x'.repeat(400) }, { v: 3 }]);
    expect(hub.events.map(({ properties }) => properties?.v)).toEqual([1, 3]);
    expect(letters).toMatchObject([{ reason: 'row-too-large', output: 'o', sequenceNumber: 1 }]);
  });
});
