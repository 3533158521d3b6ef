import path from 'node:path';
import readline from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionMetadata, FunctionRuntime, InvocationRequest, InvocationResponse } from '../contract';
import type { Answer, AskEngine } from './durable-signals';
import { fromWireError, packRequest, unpackResponse } from './protocol';
import type { FromWorker, WireError, WorkerData } from './protocol';

export interface WorkerRuntimeOptions {
  appDir: string;
  /** The worker's whole process.env. */
  env: Record<string, string>;
  log: (line: string) => void;
  /** Takes a signal of the app's durable client; without it, or when it gives null, the client sends it by HTTP. */
  onSignal?: AskEngine;
  /** The thread ended by itself: an uncaught error, or the app called process.exit. */
  onCrash: (error: Error) => void;
  /** The compiled worker-entry; the default lies beside this file. */
  entry?: string;
}

interface Pending {
  resolve: (response: InvocationResponse) => void;
  reject: (error: Error) => void;
}

/** How long the app's appTerminate hooks may take. */
const TERMINATE_MS = 5000;
/** The levels that Azure's default log configuration hides. */
const HIDDEN_LEVELS = new Set(['trace', 'debug', 'none']);

/** Runs the app in a worker thread: a module graph of its own per load, and its event loop does not block the host's. */
export class WorkerRuntime implements FunctionRuntime {
  capabilities: Record<string, string> = {};
  private worker: Worker | undefined;
  private readonly pending = new Map<string, Pending>();
  private restarting: Promise<void> | undefined;
  private terminating = false;

  constructor(private readonly options: WorkerRuntimeOptions) {}

  load(): Promise<FunctionMetadata[]> {
    const { appDir, env, entry } = this.options;
    const data: WorkerData = { appDir };
    const worker = new Worker(entry ?? path.join(__dirname, 'worker-entry.js'), { workerData: data, env, stdout: true, stderr: true });
    this.worker = worker;
    for (const stream of [worker.stdout, worker.stderr]) readline.createInterface({ input: stream }).on('line', this.options.log);
    return new Promise((resolve, reject) => {
      let loaded = false;
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'loaded') {
          loaded = true;
          this.capabilities = message.capabilities;
          resolve(message.functions);
        } else if (message.kind === 'loadFailed') {
          reject(fromWireError(message.error));
        } else if (message.kind === 'signal') {
          void this.signal(worker, message);
        } else {
          this.receive(message);
        }
      });
      const ended = (error: Error): void => {
        if (this.worker !== worker) return;
        this.worker = undefined;
        this.rejectAll(error);
        if (this.terminating) return;
        if (loaded) this.options.onCrash(error);
        else reject(error);
      };
      worker.on('error', (error: unknown) => ended(fromWireError(thrownInWorker(error))));
      worker.on('exit', (code) => ended(new Error(`The app ended its worker thread with exit code ${code} (process.exit?).`)));
    });
  }

  async invoke(request: InvocationRequest): Promise<InvocationResponse> {
    while (this.restarting !== undefined) await this.restarting;
    const { worker } = this;
    if (worker === undefined) throw new Error('The worker thread is not running.');
    return new Promise((resolve, reject) => {
      const transfer: ArrayBuffer[] = [];
      this.pending.set(request.invocationId, { resolve, reject });
      worker.postMessage({ kind: 'invoke', request: packRequest(request, transfer) }, transfer);
    });
  }

  restart(): Promise<void> {
    this.restarting ??= this.replaceWorker().finally(() => (this.restarting = undefined));
    return this.restarting;
  }

  async terminate(): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    this.terminating = true;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, TERMINATE_MS);
      worker.once('exit', done);
      worker.on('message', (message: FromWorker) => message.kind === 'terminated' && done());
      worker.postMessage({ kind: 'terminate' });
    });
    await this.end(worker, new Error('The host is stopping.'));
  }

  private async replaceWorker(): Promise<void> {
    if (this.worker !== undefined) await this.end(this.worker, new Error('The worker was restarted because a function timed out.'));
    await this.load();
  }

  private async end(worker: Worker, reason: Error): Promise<void> {
    this.worker = undefined;
    this.rejectAll(reason);
    await worker.terminate();
  }

  private rejectAll(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'log') return this.forward(message);
    if (message.kind !== 'succeeded' && message.kind !== 'failed') return;
    const pending = this.pending.get(message.invocationId);
    this.pending.delete(message.invocationId);
    if (message.kind === 'succeeded') pending?.resolve(unpackResponse(message.response));
    else pending?.reject(fromWireError(message.error));
  }

  private async signal(worker: Worker, { id, url, body }: Extract<FromWorker, { kind: 'signal' }>): Promise<void> {
    const failed = (error: unknown): Answer => ({ status: 500, body: JSON.stringify({ Message: String(error) }) });
    const answer = await (this.options.onSignal?.(url, body) ?? Promise.resolve(null)).catch(failed);
    worker.postMessage({ kind: 'signalled', id, answer });
  }

  private forward({ level, message, functionName }: Extract<FromWorker, { kind: 'log' }>): void {
    if (HIDDEN_LEVELS.has(level)) return;
    const origin = functionName === undefined ? '' : `[${functionName}] `;
    this.options.log(`${origin}${level === 'information' ? '' : `${level}: `}${message}`);
  }
}

/** What was thrown may be anything, and an Error that crossed threads is no longer an instance of this thread's class. */
function thrownInWorker(thrown: unknown): WireError {
  const { name, message, stack } = (thrown ?? {}) as Partial<WireError>;
  return typeof message === 'string' ? { name: name ?? 'Error', message, stack } : { name: 'Error', message: String(thrown) };
}
