import type { Container, OperationInput } from '@azure/cosmos';
import { requireText, settingUse } from '../app-function';
import type { AppFunction, Binding } from '../app-function';
import { forEachBounded } from '../bounded';
import type { RpcTypedData } from '../contract';
import { toValue } from '../typed-data';
import { resolveExpressions } from './binding-expression';
import type { BindingSource } from './binding-expression';
import { Cache } from './clients';
import { WRITES_IN_FLIGHT } from './output';
import type { OutputBinding, OutputEnvironment } from './output';

type Document = Record<string, unknown>;

/** Upserts the document, or every document of an array. */
export class CosmosOutput implements OutputBinding {
  private readonly containers = new Cache<Promise<Container>>();

  validate(fn: AppFunction, binding: Binding, env: OutputEnvironment): void {
    requireText(fn.name, binding, 'databaseName');
    requireText(fn.name, binding, 'containerName');
    if (binding.createIfNotExists === true) requireText(fn.name, binding, 'partitionKey');
    connection(fn, binding, env);
  }

  async write({ fn, binding, data, source }: { fn: AppFunction; binding: Binding; data: RpcTypedData; source: BindingSource }, env: OutputEnvironment): Promise<void> {
    const documents = toDocuments(data);
    if (documents.length === 0) return;
    const database = resolveExpressions(requireText(fn.name, binding, 'databaseName'), source);
    const name = resolveExpressions(requireText(fn.name, binding, 'containerName'), source);
    const container = await this.container({ connection: connection(fn, binding, env), database, name, binding }, env);
    const single = documents.length === 1 ? documents : await upsertInBulk(container, documents);
    await forEachBounded(single, WRITES_IN_FLIGHT, async (document) => {
      await container.items.upsert(document).catch((error: unknown) => {
        throw explain(error, database, name);
      });
    });
  }

  private container(target: { connection: string; database: string; name: string; binding: Binding }, env: OutputEnvironment): Promise<Container> {
    const { database, name, binding } = target;
    return this.containers.getOrRetry(`${target.connection}\n${database}\n${name}`, async () => {
      const client = env.clients.cosmos(target.connection);
      if (binding.createIfNotExists !== true) return client.database(database).container(name);
      const created = await client.databases.createIfNotExists({ id: database });
      const throughput = Number(binding.containerThroughput) || undefined;
      const { container } = await created.database.containers.createIfNotExists({ id: name, partitionKey: { paths: [String(binding.partitionKey)] }, throughput });
      return container;
    });
  }
}

function connection(fn: AppFunction, binding: Binding, env: OutputEnvironment): string {
  return env.settings.connection(binding.connection as string | undefined, 'cosmos', settingUse(fn.name, binding, 'connection'));
}

/** The most operations that the service takes in one bulk request. */
const BULK = 100;

/**
 * A hundred documents a request cost less than a hundred requests. Not `executeBulkOperations`, which takes a second at least (SDK 4.9.3).
 * @returns documents that were not written, and are to be written one by one: that waits when the service throttles, and says why when it refuses
 */
async function upsertInBulk(container: Container, documents: readonly Document[]): Promise<Document[]> {
  const chunks = Array.from({ length: Math.ceil(documents.length / BULK) }, (_, i) => documents.slice(i * BULK, (i + 1) * BULK));
  const left: Document[] = [];
  await forEachBounded(chunks, WRITES_IN_FLIGHT, async (chunk) => {
    const operations = chunk.map((document) => ({ operationType: 'Upsert', resourceBody: document }) as OperationInput);
    const responses = await container.items.bulk(operations, { continueOnError: true }).catch(() => []);
    left.push(...chunk.filter((_, i) => !(Number(responses[i]?.statusCode) < 300)));
  });
  return left;
}

/** Objects only; text is read as JSON, as Azure's extension does. */
function toDocuments(data: RpcTypedData): Document[] {
  const value = data.bytes === undefined ? toValue(data) : Buffer.from(data.bytes).toString('utf8');
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  const documents = (Array.isArray(parsed) ? parsed : [parsed]).filter((item) => item !== null && item !== undefined);
  const wrong: unknown = documents.find((document) => typeof document !== 'object' || Array.isArray(document));
  if (wrong !== undefined) throw new Error(`A Cosmos DB output takes a document or an array of documents, not ${JSON.stringify(wrong).slice(0, 100)}.`);
  return documents as Document[];
}

function explain(error: unknown, database: string, container: string): unknown {
  if ((error as { code?: unknown }).code !== 404) return error;
  return new Error(`Cosmos DB has no container "${container}" in a database "${database}". Create it, or set createIfNotExists and partitionKey on the output.`, { cause: error });
}
