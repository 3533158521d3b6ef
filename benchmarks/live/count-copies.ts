/**
 * To be required before anything else (NODE_OPTIONS): counts the bytes that this thread copies from buffer to buffer in JavaScript's sight, and writes the number to
 * `$WEIR_COPIES/<pid>-<thread>` now and then. Not counted: what the kernel copies for sockets and files, and texts.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

const EVERY = 200;
const folder = process.env.WEIR_COPIES;
let copied = 0;

type Method = (this: Uint8Array, ...args: never[]) => unknown;

/** Replaces a method by itself with `bytes` of each call counted. */
function count(owner: object, name: string, bytes: (self: Uint8Array, args: unknown[], result: unknown) => number): void {
  const original = (owner as Record<string, Method>)[name] as Method;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: function (this: Uint8Array, ...args: never[]): unknown {
      const result = original.apply(this, args);
      copied += bytes(this, args, result);
      return result;
    },
  });
}

const lengthOf = (value: unknown): number => (value instanceof Uint8Array ? value.byteLength : 0);

if (folder !== undefined) {
  count(Buffer, 'concat', (_self, _args, result) => lengthOf(result));
  // Of views and arrays of bytes; over an ArrayBuffer it makes a view and copies nothing.
  count(Buffer, 'from', (_self, [source]) => lengthOf(source));
  count(Buffer.prototype, 'copy', (_self, _args, result) => Number(result));
  count(Uint8Array.prototype, 'set', (_self, [source]) => lengthOf(source));
  count(Uint8Array.prototype, 'slice', (_self, _args, result) => lengthOf(result));
  setInterval(() => writeFileSync(join(folder, `${process.pid}-${threadId}`), String(copied)), EVERY).unref();
}
