import { requireText, settingUse } from '../app-function';
import { forEachBounded } from '../bounded';
import { toMessages } from '../typed-data';
import { resolveExpressions } from './binding-expression';
import { WRITES_IN_FLIGHT } from './output';
import type { OutputBinding } from './output';

/** One message per element of an array, or one; base64 unless host.json says `queues.messageEncoding: none`. */
export const queueOutput: OutputBinding = {
  validate(fn, binding, env) {
    requireText(fn.name, binding, 'queueName');
    env.settings.connection(binding.connection as string | undefined, 'storage', settingUse(fn.name, binding, 'connection'));
  },

  async write({ fn, binding, data, source }, env) {
    const connection = env.settings.connection(binding.connection as string | undefined, 'storage', settingUse(fn.name, binding, 'connection'));
    const queue = resolveExpressions(requireText(fn.name, binding, 'queueName'), source);
    const endpoint = env.clients.queue(connection);
    const encoding = env.hostJson.queues.base64 ? 'base64' : 'utf8';
    const [first, ...rest] = toMessages(data);
    if (first === undefined) return;
    // The first message alone, because it creates the queue when there is none.
    await endpoint.send(queue, first.toString(encoding));
    await forEachBounded(rest, WRITES_IN_FLIGHT, (message) => endpoint.send(queue, message.toString(encoding)));
  },
};
