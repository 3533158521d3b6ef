import type { RpcTypedData } from './contract';

/** The value as plain JavaScript: text stays text (the SDK, not the host, tries to parse it). */
export function toValue(data: RpcTypedData | null | undefined): unknown {
  if (!data) return null;
  if (data.string !== undefined) return data.string;
  if (data.json !== undefined) return JSON.parse(data.json);
  return data.bytes ?? data.int ?? data.double ?? data.collectionString?.string ?? data.collectionBytes?.bytes ?? data.collectionDouble?.double ?? null;
}

/**
 * The separate messages or documents that an output's value stands for, each as bytes: every element of a JSON array
 * (text as it is, anything else as JSON), or the one value. Null or nothing gives none.
 *
 *     {json: '["a",{"b":1}]'} -> a, {"b":1}      {string: 'x'} -> x      {bytes} -> those bytes
 */
export function toMessages(data: RpcTypedData): Buffer[] {
  if (data.bytes !== undefined) return [Buffer.from(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength)];
  const value = toValue(data);
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null && item !== undefined).map((item) => Buffer.from(typeof item === 'string' ? item : JSON.stringify(item)));
}

/** The value as the bytes of one file; null for no value. */
export function toContent(data: RpcTypedData): Buffer | null {
  if (data.bytes !== undefined) return Buffer.from(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  if (data.json !== undefined) return Buffer.from(data.json);
  const value = toValue(data);
  return value === null ? null : Buffer.from(String(value));
}
