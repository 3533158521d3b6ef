/**
 * What the parts of the local Functions host say to each other.
 *
 * The shapes are those of the Functions gRPC protocol (FunctionRpc.proto) as the Node worker sees them, so that the
 * in-process runtime and the real worker are interchangeable behind {@link FunctionRuntime}.
 */

/** One value on the wire between host and worker; exactly one member is set, none means null. */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: RpcHttp;
  stream?: Uint8Array;
  collectionBytes?: { bytes: Uint8Array[] };
  collectionString?: { string: string[] };
  collectionDouble?: { double: number[] };
  /** Spelled as the SDK reads it. */
  collectionSint64?: { sint64: LongParts[] };
}

/** A 64-bit integer as protobuf's JavaScript runtime gives it: two signed 32-bit halves. */
export interface LongParts {
  low: number;
  high: number;
  unsigned: boolean;
}

export interface RpcHttp {
  url?: string;
  method?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: RpcTypedData;
  rawBody?: RpcTypedData;
  statusCode?: string;
  cookies?: unknown[];
  enableContentNegotiation?: boolean;
}

/** A binding as the app registered it: `type`, `direction` and the type's own settings. */
export interface RawBinding {
  type: string;
  direction: string;
  name?: string;
  [setting: string]: unknown;
}

export interface RetryOptions {
  retryStrategy: 'fixedDelay' | 'exponentialBackoff';
  /** -1 = without limit. */
  maxRetryCount: number;
  delayIntervalMs?: number;
  minimumIntervalMs?: number;
  maximumIntervalMs?: number;
}

export interface FunctionMetadata {
  name: string;
  functionId: string;
  bindings: Record<string, RawBinding>;
  retryOptions?: RetryOptions;
}

/**
 * A batch of events that have nothing but a body, in columns: what a runtime in this process is given instead of the trigger's data and the metadata that
 * tell of each event, since these would be made as text here only to be read there. The function sees the same.
 */
export interface PackedEvents {
  /** End to end. */
  bodies: Uint8Array;
  /** Where each body ends. */
  ends: Uint32Array;
  sequenceNumbers: Float64Array;
  /** When each was enqueued, ms since the epoch. */
  times: Float64Array;
  /** A line each. */
  offsets: string;
}

export interface InvocationRequest {
  functionId: string;
  invocationId: string;
  inputData: { name: string; data: RpcTypedData }[];
  triggerMetadata: Record<string, RpcTypedData>;
  /** See {@link PackedEvents}; the trigger's value in `inputData` is empty then. */
  events?: PackedEvents;
  /** The trigger's value itself, for a runtime in this process: texts in it need not become texts in a text. `inputData` is empty then, and `value` of the response is set. */
  value?: object;
  retryContext?: { retryCount: number; maxRetryCount: number };
}

export interface InvocationResponse {
  outputData: { name: string; data: RpcTypedData }[];
  returnValue?: RpcTypedData | null;
  /** What the function returned, instead of `returnValue`, when the request had a `value`. */
  value?: unknown;
}

/** Loads an app and runs its functions; see docs/architecture.md, "The local host". */
export interface FunctionRuntime {
  load(): Promise<FunctionMetadata[]>;
  /** What the app's SDK declared (`app.setup`); empty before {@link load}. Values are strings, for example 'true'. */
  readonly capabilities: Readonly<Record<string, string>>;
  /** Rejects with the function's own error. */
  invoke(request: InvocationRequest): Promise<InvocationResponse>;
  /** Ends whatever runs (those invocations reject) and loads the app again, as Azure does after a function timeout. */
  restart(): Promise<void>;
  terminate(): Promise<void>;
}

/**
 * Runs one durable function (entity, orchestrator or activity) once, with `payload` as the trigger's string value.
 * Output bindings have been written when the promise resolves, that is, *before* the durable commit: an aborted batch
 * may already have written, exactly as in Azure. The result is the function's return value, parsed; null if none.
 * `instance` names the entity or orchestration that it is for: who shares the work among hosts keeps it where its live state is.
 */
export type InvokeDurable = (functionName: string, payload: string, instance?: string) => Promise<unknown>;

/** The same for an entity function, without a text in between: state and inputs are long texts themselves. */
export type InvokeEntity = (functionName: string, payload: object, instance?: string) => Promise<unknown>;

/** Which functions of the app are durable, by the (lower-cased) name that messages address. */
export interface DurableFunctions {
  entities: Record<string, string>;
  orchestrators: Record<string, string>;
  activities: Record<string, string>;
}
