import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { FunctionMetadata, FunctionRuntime, InvocationRequest, InvocationResponse, RawBinding, RpcTypedData } from '../../local/host/contract';

/** What of the worker's own gRPC packages is used: they are loaded from its folder, so that this repository needs none. */
interface Grpc {
  Server: new (options: object) => { addService(definition: object, handlers: object): void; bindAsync(address: string, credentials: object, done: (error: Error | null, port: number) => void): void; forceShutdown(): void; /** Needed before 1.10, deprecated from then on. */ start(): void };
  ServerCredentials: { createInsecure(): object };
  loadPackageDefinition(definition: object): { AzureFunctionsRpcMessages: { FunctionRpc: { service: object } } };
}
interface ProtoLoader {
  loadSync(file: string, options: object): object;
}

type Message = Record<string, Record<string, unknown> | undefined>;
interface Stream {
  write(message: object): void;
  on(event: 'data', listener: (message: Message) => void): void;
  end(): void;
}

const MAX_MESSAGE = 64 << 20;

/** Runs an app in the Azure Functions Node worker, which connects to this as it does to the host. */
export class GrpcRuntime implements FunctionRuntime {
  capabilities: Record<string, string> = {};
  private readonly requireOfWorker: NodeJS.Require;
  private readonly waiting = new Map<string, (content: Record<string, unknown>) => void>();
  private server: InstanceType<Grpc['Server']> | undefined;
  private worker: ChildProcess | undefined;
  /** Rejects when the worker ends by itself. */
  private ended: Promise<never> = new Promise(() => undefined);
  private terminating = false;
  private stream: Stream | undefined;

  constructor(private readonly options: { workerDir: string; appDir: string; env: Record<string, string>; log: (line: string) => void }) {
    this.requireOfWorker = createRequire(path.join(options.workerDir, 'package.json'));
  }

  async load(): Promise<FunctionMetadata[]> {
    const { appDir } = this.options;
    await this.start();
    const { capabilities } = await this.ask('workerInitRequest', { hostVersion: '4.36.0', workerDirectory: this.options.workerDir, functionAppDirectory: appDir }, 'workerInitResponse');
    this.capabilities = capabilities as Record<string, string>;
    const { functionMetadataResults } = await this.ask('functionsMetadataRequest', { functionAppDirectory: appDir }, 'functionMetadataResponse');
    const found = functionMetadataResults as { name: string; functionId: string; bindings: Record<string, { type: string }>; rawBindings: string[]; retryOptions?: Record<string, unknown> }[];
    for (const metadata of found) await this.ask('functionLoadRequest', { functionId: metadata.functionId, metadata }, 'functionLoadResponse', metadata.functionId);
    // Over gRPC a binding's own settings are only in the raw bindings.
    return found.map(({ name, functionId, rawBindings, retryOptions }) => ({
      name,
      functionId,
      bindings: Object.fromEntries(rawBindings.map((text) => JSON.parse(text) as RawBinding).map((binding) => [binding.name as string, binding])),
      ...(retryOptions ? { retryOptions: retryOptions as unknown as FunctionMetadata['retryOptions'] } : {}),
    }));
  }

  async invoke(request: InvocationRequest): Promise<InvocationResponse> {
    const { outputData, returnValue } = await this.ask('invocationRequest', request, 'invocationResponse', request.invocationId);
    return { outputData: (outputData ?? []) as InvocationResponse['outputData'], returnValue: (returnValue ?? null) as RpcTypedData | null };
  }

  async restart(): Promise<void> {
    await this.terminate();
    await this.load();
  }

  async terminate(): Promise<void> {
    const { worker } = this;
    this.terminating = true;
    this.stream?.write({ workerTerminate: { gracePeriod: { seconds: 1 } } });
    if (worker && worker.exitCode === null) {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      setTimeout(() => worker.kill(), 2_000).unref();
      await ended;
    }
    this.server?.forceShutdown();
  }

  private async start(): Promise<void> {
    const grpc = this.requireOfWorker('@grpc/grpc-js') as Grpc;
    const loader = this.requireOfWorker('@grpc/proto-loader') as ProtoLoader;
    const proto = path.join(this.options.workerDir, 'azure-functions-language-worker-protobuf/src/proto');
    const definition = loader.loadSync('FunctionRpc.proto', { includeDirs: [proto], keepCase: false, longs: Number, enums: String, defaults: false, oneofs: false });
    const server = new grpc.Server({ 'grpc.max_receive_message_length': MAX_MESSAGE, 'grpc.max_send_message_length': MAX_MESSAGE });
    this.server = server;
    const connected = new Promise<void>((resolve) => {
      server.addService(grpc.loadPackageDefinition(definition).AzureFunctionsRpcMessages.FunctionRpc.service, {
        eventStream: (stream: Stream) => {
          this.stream = stream;
          stream.on('data', (message) => (message.startStream ? resolve() : this.receive(message)));
        },
      });
    });
    const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
    server.start();
    this.spawn(port);
    await Promise.race([connected, this.ended]);
  }

  private spawn(port: number): void {
    const { workerDir, env, log } = this.options;
    const args = ['--functions-uri', `http://127.0.0.1:${port}`, '--functions-worker-id', 'weir', '--functions-request-id', 'start', '--functions-grpc-max-message-length', String(MAX_MESSAGE)];
    this.worker = spawn(process.execPath, [path.join(workerDir, 'dist/src/nodejsWorker.js'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const { worker } = this;
    this.ended = new Promise((_resolve, reject) => worker.once('exit', (code) => (this.terminating ? undefined : reject(new Error(`the worker ended with exit code ${code}`)))));
    this.ended.catch(() => undefined);
    for (const stream of [this.worker.stdout, this.worker.stderr]) stream?.on('data', (chunk: Buffer) => log(chunk.toString().trim()));
  }

  /** Sends a message and waits for its answer; rejects with the worker's error. `id` tells answers of one kind apart. */
  private async ask(kind: string, content: object, answer: string, id = ''): Promise<Record<string, unknown>> {
    const received = new Promise<Record<string, unknown>>((resolve) => this.waiting.set(`${answer} ${id}`, resolve));
    this.stream?.write({ requestId: id, [kind]: content });
    const found = await Promise.race([received, this.ended]);
    const result = found.result as { status?: string; exception?: { message?: string } } | undefined;
    if (result?.status === 'Failure') throw new Error(result.exception?.message ?? `${kind} failed`);
    return found;
  }

  private receive(message: Message): void {
    if (message.rpcLog) return this.options.log(String(message.rpcLog.message));
    for (const [kind, content] of Object.entries(message)) {
      if (typeof content !== 'object') continue;
      const key = `${kind} ${String(content.invocationId ?? content.functionId ?? '')}`;
      this.waiting.get(key)?.(content);
      this.waiting.delete(key);
    }
  }
}
