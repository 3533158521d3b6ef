import { parentPort, workerData } from 'node:worker_threads';
import { App } from './app';
import type { Answer } from './durable-signals';
import { OnePerTurn } from './one-per-turn';
import { packResponse, toWireError, unpackRequest } from './protocol';
import type { FromWorker, PackedRequest, PackedResponse, ToWorker, WorkerData } from './protocol';

/** The worker thread: loads the app, then runs what the host asks for until told to end. */
const port = parentPort!;
const app = new App((workerData as WorkerData).appDir, (line) => send({ kind: 'log', ...line }), ask);
const batches = new OnePerTurn();
const asked = new Map<number, (answer: Answer) => void>();
let lastId = 0;

function ask(url: string, body: string): Promise<Answer> {
  const id = ++lastId;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    send({ kind: 'signal', id, url, body });
  });
}

function answered(id: number, answer: Answer): void {
  asked.get(id)?.(answer);
  asked.delete(id);
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function invoke(packed: PackedRequest): Promise<void> {
  const { invocationId } = packed;
  try {
    const transfer: ArrayBuffer[] = [];
    const response = packResponse(await app.invoke(unpackRequest(packed)), transfer);
    succeed(invocationId, response, transfer);
  } catch (error) {
    send({ kind: 'failed', invocationId, error: toWireError(error) });
  }
}

/** Entities come before batches of events: a row waits for several of them, one after another. */
function start(request: PackedRequest): void {
  if (request.events === undefined) void invoke(request);
  else batches.add(() => void invoke(request));
}

function succeed(invocationId: string, response: PackedResponse, transfer: ArrayBuffer[]): void {
  try {
    send({ kind: 'succeeded', invocationId, response }, transfer);
  } catch (error) {
    if ((error as Error).name !== 'DataCloneError') throw error;
    // What cannot cross as it is crosses as its JSON, as everything does in Azure.
    send({ kind: 'succeeded', invocationId, response: { ...response, value: JSON.parse(JSON.stringify(response.value)) as unknown } }, transfer);
  }
}

async function terminate(): Promise<void> {
  await app.terminate().catch((error: unknown) => send({ kind: 'log', level: 'error', category: 'system', message: `An appTerminate hook failed: ${String(error)}` }));
  send({ kind: 'terminated' });
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'invoke') start(message.request);
  else if (message.kind === 'signalled') answered(message.id, message.answer);
  else void terminate();
});

app.load().then(
  ({ functions, capabilities }) => send({ kind: 'loaded', functions, capabilities }),
  (error: unknown) => send({ kind: 'loadFailed', error: toWireError(error) }),
);
