/**
 * Runs the compiled app in DIR on one batch: what the trigger gets, then every signal to the entities until none is left. Started by
 * azure-monitor.test.ts in a process of its own, since only a new process trusts another certificate.
 */
const path = require('node:path');

const [dir, traceparent] = process.argv.slice(2);
const { openApp } = require(path.join(dir, 'dist/shared/job/app.js'));
const { Settings } = require(path.join(dir, 'dist/shared/settings.js'));

const T0 = Date.UTC(2026, 0, 1);
const properties = { facts: async () => ({ partitionIds: ['0'], made: T0 }), bounds: async () => ({ partition: '0', begin: 0, last: 99, isEmpty: false, lastEnqueued: undefined }), close: async () => undefined };
const states = new Map();
// The states of so few events are no large ones.
const noStore = {};

async function signal(app, { name, key, operation, input }) {
  const id = `${name} ${key}`;
  const state = states.get(id) ?? null;
  const { result } = await app.operate(name, JSON.stringify({ self: { name, key }, exists: state !== null, state, batch: [{ name: operation, input, isSignal: true }] }), T0 + 30_000);
  states.set(id, result.entityState);
  for (const { target, name: next, input: content } of result.signals) await signal(app, { ...target, operation: next, input: content });
}

async function main() {
  const started = performance.now();
  const app = openApp(new Settings(process.env), dir, { openHubProperties: () => properties, openStateStore: () => noStore, loadReferenceTables: async () => ({ at: () => undefined }) });
  // Steps are kept from when the packages have been loaded.
  while (!(await app.telemetry.step('probe', [], async (step) => step.traceparent))) await new Promise((done) => setTimeout(done, 20));
  const ready = performance.now() - started;
  const events = [0, 5, 12, 25].map((seconds, i) => Buffer.from(JSON.stringify({ k: 'a', v: i, t: new Date(T0 + seconds * 1_000).toISOString() })));
  const messages = [...events, Buffer.from('{"broken":')];
  const metadata = { partitionContext: { partitionId: '0' }, systemPropertiesArray: messages.map((_body, i) => ({ sequenceNumber: i, enqueuedTimeUtc: new Date(T0 + 26_000).toISOString() })) };
  const { signals } = await app.ingest(app.inputs[0], messages, metadata, { traceparent, retries: 2 });
  for (const { address, operation, input } of signals) await signal(app, { name: address.entity, key: app.keyOf(address), operation, input: JSON.stringify(input) });
  await app.measureProgress(async () => undefined, T0 + 30_000);
  await app.close();
  process.stdout.write(JSON.stringify({ ready, rss: process.memoryUsage.rss() }));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
