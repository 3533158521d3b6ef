/** Rows in the outputs. */
import { ChangeFeedStartFrom, CosmosClient, type ChangeFeedPullModelIterator } from '@azure/cosmos';
import { BlobServiceClient } from '@azure/storage-blob';
import type { ResultRow } from '../question';
import { CLOSING_DEVICE, CONTAINER, DATABASE } from './job';
import type { World } from './parts';

interface Document {
  deviceId: string;
  n: number;
  mean: number;
  until: string;
}

const rowOf = ({ deviceId, n, mean, until }: Document): ResultRow => [deviceId, n, mean, Date.parse(until)];

/** Follows the change feed of Cosmos DB: looking costs what has come since the last look. */
export class CosmosRows {
  readonly rows: ResultRow[] = [];
  /** When each of them was seen, ms since 1970. */
  readonly seen: number[] = [];
  private readonly client: CosmosClient;
  private feed: ChangeFeedPullModelIterator<Document> | undefined;

  constructor(world: World) {
    this.client = new CosmosClient(world.connections.cosmos);
  }

  /** Gathers what has come. */
  async look(): Promise<void> {
    const iterator = (this.feed ??= await this.open());
    if (!iterator) return;
    for (;;) {
      const page = await iterator.readNext();
      if (page.result === undefined || page.result.length === 0) return;
      const now = Date.now();
      for (const document of page.result) {
        if (document.deviceId === CLOSING_DEVICE) continue;
        this.rows.push(rowOf(document));
        this.seen.push(now);
      }
    }
  }

  close(): void {
    this.client.dispose();
  }

  /** The host makes the container with the first row. */
  private async open(): Promise<ChangeFeedPullModelIterator<Document> | undefined> {
    const container = this.client.database(DATABASE).container(CONTAINER);
    const exists = await container.read().then(
      () => true,
      () => false,
    );
    return exists ? container.items.getChangeFeedIterator<Document>({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 1000 }) : undefined;
  }
}

/** All rows in Blob storage. */
export async function blobRows(world: World): Promise<ResultRow[]> {
  const container = BlobServiceClient.fromConnectionString(world.connections.storage).getContainerClient(CONTAINER);
  if (!(await container.exists())) return [];
  const documents: Document[] = [];
  for await (const { name } of container.listBlobsFlat()) {
    const text = (await container.getBlobClient(name).downloadToBuffer()).toString();
    for (const line of text.split('\n')) if (line !== '') documents.push(JSON.parse(line) as Document);
  }
  return documents.filter(({ deviceId }) => deviceId !== CLOSING_DEVICE).map(rowOf);
}
