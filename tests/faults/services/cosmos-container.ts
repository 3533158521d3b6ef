import type { BulkOperationResult, Container, OperationInput } from '@azure/cosmos';
import type { Instance } from '../instance';
import { ServiceError, type Service } from './service';

type Document = Record<string, unknown> & { id: string };

/** Documents, upserted by id and partition key. */
export class CosmosContainer {
  private readonly documents = new Map<string, string>();

  constructor(
    readonly service: Service,
    /** Name of the member that is the partition key. */
    private readonly partitionKey: string,
  ) {}

  /** What is used of the SDK's client. Of a bulk request some operations may fail. */
  open(instance: Instance): Container {
    const executeBulkOperations = (operations: OperationInput[]): Promise<BulkOperationResult[]> =>
      instance.call(this.service, `bulk upsert of ${this.service.name}`, () => {
        const done = this.service.halves(`bulk upsert of ${this.service.name}`) ? Math.floor(operations.length / 2) : operations.length;
        return operations.map((operationInput, i) => {
          if (i >= done) return { operationInput, error: Object.assign(new Error('throttled'), { code: 429 }) } as unknown as BulkOperationResult;
          this.upsert((operationInput as unknown as { resourceBody: Document }).resourceBody);
          return { operationInput } as BulkOperationResult;
        });
      });
    return { items: { executeBulkOperations } } as unknown as Container;
  }

  /** As the output binding writes: a request per document. */
  async writeAll(instance: Instance, documents: readonly unknown[]): Promise<void> {
    for (const [i, document] of documents.entries()) {
      if (i > 0 && this.service.halves(`upsert of ${this.service.name}`)) throw new ServiceError(`${this.service.name} took ${i} of ${documents.length} documents`, 429, 'TooManyRequests');
      await instance.call(this.service, `upsert of ${this.service.name}`, () => this.upsert(document as Document));
    }
  }

  private upsert(document: Document): void {
    const { id, ...values } = JSON.parse(JSON.stringify(document)) as Document;
    this.documents.set(JSON.stringify([id, values[this.partitionKey] ?? null]), JSON.stringify(values));
  }

  rows(): [identity: string, content: string][] {
    return [...this.documents];
  }
}
