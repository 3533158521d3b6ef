/**
 * The three rules, each taken away, and the order in which blobs of states are deleted: the simulator must notice (docs/exactly-once.md). The product has no switch for this; its parts are replaced from outside.
 */
import type { OutputBatch } from '../../shared/event';
import type { App } from '../../shared/job/app';
import { Inbox } from '../../shared/runtime/inbox';

/**
 * `inbox`: applies whatever comes. `outbox`: effects leave before their state is committed (task-hub.ts). `identity`: a row is another one each time it is written.
 * `blobs`: what the new state does not refer to any more is deleted before it is committed (task-hub.ts).
 */
export type Mutation = 'inbox' | 'outbox' | 'identity' | 'blobs';

export const MUTATIONS: readonly Mutation[] = ['inbox', 'outbox', 'identity', 'blobs'];

let written = 0;

/** What is done to each app. */
export function breakApp(app: App, mutation: Mutation): void {
  if (mutation !== 'identity') return;
  const write = app.outputs.write.bind(app.outputs);
  app.outputs.write = (batches, deadLetters) => write(batches.map(renamed), deadLetters);
}

function renamed(batch: OutputBatch): OutputBatch {
  const writer = `${batch.writer}.${++written}`;
  return { ...batch, writer, rows: batch.rows.map(({ n, id, t, values }) => ({ n, id: `${writer} ${id}`, t, values })) };
}

/** Runs `work` with what is broken for all apps at once. */
export async function withMutation<T>(mutation: Mutation | undefined, work: () => Promise<T>): Promise<T> {
  const { accept } = Inbox.prototype;
  if (mutation === 'inbox') Inbox.prototype.accept = (delivery) => [{ delivery, from: delivery.first }];
  try {
    return await work();
  } finally {
    Inbox.prototype.accept = accept;
  }
}
