import type { Answer } from './durable-signals';
import { buffersOf } from './packed-events';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, LongParts, RpcTypedData } from '../contract';

/** What the host tells the worker thread. */
export type ToWorker = { kind: 'invoke'; request: PackedRequest } | { kind: 'signalled'; id: number; answer: Answer } | { kind: 'terminate' };

/** What the worker thread tells the host. */
export type FromWorker =
  | { kind: 'loaded'; functions: FunctionMetadata[]; capabilities: Record<string, string> }
  | { kind: 'loadFailed'; error: WireError }
  | { kind: 'succeeded'; invocationId: string; response: PackedResponse }
  | { kind: 'failed'; invocationId: string; error: WireError }
  | { kind: 'signal'; id: number; url: string; body: string }
  | { kind: 'log'; level: string; category: string; message: string; functionName?: string }
  | { kind: 'terminated' };

/** What a worker thread is started with. */
export interface WorkerData {
  appDir: string;
}

/** An Error that survives a thread boundary with its name and stack. */
export interface WireError {
  name: string;
  message: string;
  stack?: string;
}

export function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: typeof error === 'string' ? error : JSON.stringify(error) ?? String(error) };
  return { name: error.name, message: error.message, stack: error.stack };
}

export function fromWireError(wire: WireError): Error {
  const error = new Error(wire.message);
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

/**
 * A value as it crosses the thread boundary. Byte arrays are laid end to end in one buffer that is moved, not cloned:
 * a structured clone of a thousand small views over the receiver's buffers would copy each buffer whole.
 *
 *     collectionBytes [ab, c] -> packedBytes "abc", ends [2, 3]
 */
export type PackedData = RpcTypedData | { packedBytes: Uint8Array; ends: Uint32Array } | { packedLongs: Int32Array };

interface PackedValue {
  name: string;
  data: PackedData;
}

export type PackedRequest = Omit<InvocationRequest, 'inputData' | 'triggerMetadata'> & {
  inputData: PackedValue[];
  triggerMetadata: Record<string, PackedData>;
};

export type PackedResponse = Omit<InvocationResponse, 'outputData' | 'returnValue'> & {
  outputData: PackedValue[];
  returnValue?: PackedData | null;
};

/** Packs a request; the buffers to move are added to `transfer`. */
export function packRequest(request: InvocationRequest, transfer: ArrayBuffer[]): PackedRequest {
  if (request.events !== undefined) transfer.push(...buffersOf(request.events));
  return {
    ...request,
    inputData: request.inputData.map(({ name, data }) => ({ name, data: pack(data, transfer) })),
    triggerMetadata: mapValues(request.triggerMetadata, (data) => pack(data, transfer)),
  };
}

export function unpackRequest(packed: PackedRequest): InvocationRequest {
  return {
    ...packed,
    inputData: packed.inputData.map(({ name, data }) => ({ name, data: unpack(data) })),
    triggerMetadata: mapValues(packed.triggerMetadata, unpack),
  };
}

/** Packs a response; the buffers to move are added to `transfer`. */
export function packResponse(response: InvocationResponse, transfer: ArrayBuffer[]): PackedResponse {
  return {
    outputData: response.outputData.map(({ name, data }) => ({ name, data: pack(data, transfer) })),
    returnValue: response.returnValue ? pack(response.returnValue, transfer) : null,
    ...('value' in response ? { value: response.value } : {}),
  };
}

export function unpackResponse(packed: PackedResponse): InvocationResponse {
  return {
    outputData: packed.outputData.map(({ name, data }) => ({ name, data: unpack(data) })),
    returnValue: packed.returnValue ? unpack(packed.returnValue) : null,
    ...('value' in packed ? { value: packed.value } : {}),
  };
}

/** Always copies before moving: the sender may keep the buffer (an app's cached page, the receiver's segment). */
function pack(data: RpcTypedData, transfer: ArrayBuffer[]): PackedData {
  if (data.bytes !== undefined) return { bytes: owned(data.bytes, transfer) };
  if (data.collectionBytes !== undefined) return packBytes(data.collectionBytes.bytes, transfer);
  if (data.collectionSint64 !== undefined) return packLongs(data.collectionSint64.sint64, transfer);
  const body = data.http?.body?.bytes;
  return body === undefined ? data : { http: { ...data.http, body: { bytes: owned(body, transfer) } } };
}

function unpack(data: PackedData): RpcTypedData {
  if ('packedBytes' in data) return { collectionBytes: { bytes: unpackBytes(data.packedBytes, data.ends) } };
  if ('packedLongs' in data) return { collectionSint64: { sint64: unpackLongs(data.packedLongs) } };
  return data;
}

function owned(bytes: Uint8Array, transfer: ArrayBuffer[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  transfer.push(copy.buffer);
  return copy;
}

function packBytes(items: Uint8Array[], transfer: ArrayBuffer[]): PackedData {
  const packedBytes = new Uint8Array(items.reduce((sum, item) => sum + item.length, 0));
  const ends = new Uint32Array(items.length);
  let end = 0;
  items.forEach((item, index) => {
    packedBytes.set(item, end);
    ends[index] = end += item.length;
  });
  transfer.push(packedBytes.buffer, ends.buffer);
  return { packedBytes, ends };
}

function unpackBytes(packed: Uint8Array, ends: Uint32Array): Uint8Array[] {
  return Array.from(ends, (end, index) => packed.subarray(index === 0 ? 0 : ends[index - 1], end));
}

function packLongs(longs: LongParts[], transfer: ArrayBuffer[]): PackedData {
  const packedLongs = new Int32Array(longs.length * 2);
  longs.forEach((long, index) => {
    packedLongs[index * 2] = long.low;
    packedLongs[index * 2 + 1] = long.high;
  });
  transfer.push(packedLongs.buffer);
  return { packedLongs };
}

function unpackLongs(packed: Int32Array): LongParts[] {
  return Array.from({ length: packed.length / 2 }, (_none, index) => ({
    low: packed[index * 2]!,
    high: packed[index * 2 + 1]!,
    unsigned: false,
  }));
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
