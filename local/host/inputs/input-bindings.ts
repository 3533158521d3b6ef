import type { AppFunction, Binding } from '../app-function';
import type { RpcTypedData } from '../contract';
import { requireText } from '../app-function';
import { blobConnection, blobPath } from '../outputs/blob-output';
import type { BindingSource } from '../outputs/binding-expression';
import type { OutputEnvironment } from '../outputs/output';

/** Reads what functions take in beside their trigger: blobs and the durable client. */
export class InputBindings {
  constructor(
    private readonly env: OutputEnvironment,
    private readonly durableClient: () => string,
  ) {}

  /** Throws an Error for an input that could never be read. */
  validate(fn: AppFunction): void {
    for (const binding of fn.inputs) {
      const type = binding.type.toLowerCase();
      if (type === 'durableclient') continue;
      if (type !== 'blob') {
        throw new Error(`Function "${fn.name}", binding "${binding.name}": the local host cannot read inputs of type "${binding.type}"; it has blob and durableClient.`);
      }
      requireText(fn.name, binding, 'path');
      blobConnection(fn, binding, this.env);
    }
  }

  /** All extra inputs of one invocation, in the order of the bindings. */
  read(fn: AppFunction, source: BindingSource): Promise<{ name: string; data: RpcTypedData }[]> {
    return Promise.all(fn.inputs.map(async (binding) => ({ name: binding.name, data: await this.readOne(fn, binding, source) })));
  }

  private async readOne(fn: AppFunction, binding: Binding, source: BindingSource): Promise<RpcTypedData> {
    if (binding.type.toLowerCase() === 'durableclient') return { string: this.durableClient() };
    const { container, blob } = blobPath(fn, binding, source);
    const client = this.env.clients.blobs(blobConnection(fn, binding, this.env)).getContainerClient(container).getBlobClient(blob);
    const content = await client.downloadToBuffer().catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return null;
      throw error;
    });
    // A blob that does not exist is a null input, not an error, as in Azure.
    if (content === null) return {};
    return binding.dataType === 'binary' ? { bytes: content } : { string: content.toString('utf8') };
  }
}
