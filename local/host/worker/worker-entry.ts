import { parentPort, workerData } from 'node:worker_threads';
import { App } from './app';
import { packResponse, toWireError, unpackRequest } from './protocol';
import type { FromWorker, PackedRequest, ToWorker, WorkerData } from './protocol';

/** The worker thread: loads the app, then runs what the host asks for until told to end. */
const port = parentPort!;
const app = new App((workerData as WorkerData).appDir, (line) => send({ kind: 'log', ...line }));

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function invoke(packed: PackedRequest): Promise<void> {
  const { invocationId } = packed;
  try {
    const transfer: ArrayBuffer[] = [];
    const response = packResponse(await app.invoke(unpackRequest(packed)), transfer);
    send({ kind: 'succeeded', invocationId, response }, transfer);
  } catch (error) {
    send({ kind: 'failed', invocationId, error: toWireError(error) });
  }
}

async function terminate(): Promise<void> {
  await app.terminate().catch((error: unknown) => send({ kind: 'log', level: 'error', category: 'system', message: `An appTerminate hook failed: ${String(error)}` }));
  send({ kind: 'terminated' });
}

port.on('message', (message: ToWorker) => void (message.kind === 'invoke' ? invoke(message.request) : terminate()));

app.load().then(
  ({ functions, capabilities }) => send({ kind: 'loaded', functions, capabilities }),
  (error: unknown) => send({ kind: 'loadFailed', error: toWireError(error) }),
);
