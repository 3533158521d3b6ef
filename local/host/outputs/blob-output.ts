import { requireText, settingUse } from '../app-function';
import type { AppFunction, Binding } from '../app-function';
import { toContent } from '../typed-data';
import { resolveExpressions } from './binding-expression';
import type { BindingSource } from './binding-expression';
import type { OutputBinding, OutputEnvironment } from './output';

/** Writes one blob per invocation, over what was there; null writes none. */
export const blobOutput: OutputBinding = {
  validate(fn, binding, env) {
    requireText(fn.name, binding, 'path');
    blobConnection(fn, binding, env);
  },

  async write({ fn, binding, data, source }, env) {
    const content = toContent(data);
    if (content === null) return;
    const { container, blob } = blobPath(fn, binding, source);
    const client = await env.clients.container(blobConnection(fn, binding, env), container);
    await client.getBlockBlobClient(blob).uploadData(content, { blobHTTPHeaders: { blobContentType: 'application/octet-stream' } });
  },
};

export function blobConnection(fn: AppFunction, binding: Binding, env: OutputEnvironment): string {
  return env.settings.connection(binding.connection as string | undefined, 'storage', settingUse(fn.name, binding, 'connection'));
}

/** `container/any/blob name`, its expressions resolved. */
export function blobPath(fn: AppFunction, binding: Binding, source: BindingSource): { container: string; blob: string } {
  const path = resolveExpressions(requireText(fn.name, binding, 'path'), source).replace(/^\/+/, '');
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) {
    throw new Error(`Function "${fn.name}", binding "${binding.name}": the path "${path}" must be CONTAINER/BLOB, for example "results/{rand-guid}.json".`);
  }
  return { container: path.slice(0, slash), blob: path.slice(slash + 1) };
}
