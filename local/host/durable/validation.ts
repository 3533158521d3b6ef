import { MAX_ID_BYTES } from './store';

/** What a caller or an app asked for can not be done; trying again does not help. */
export class InvalidRequest extends Error {}

/** Returns `id` if it can be stored; throws {@link InvalidRequest} saying why not. */
export function checkId(id: string): string {
  const bytes = Buffer.byteLength(id);
  if (bytes <= MAX_ID_BYTES) return id;
  throw new InvalidRequest(`The id "${id.slice(0, 60)}…" has ${bytes} bytes; entity and instance ids may have ${MAX_ID_BYTES}. Use a shorter key, for example a hash of it.`);
}

/** Throws {@link InvalidRequest}, listing the functions of the app when `name` is none of them. */
export function requireFunction(kind: string, name: string, functions: Readonly<Record<string, string>>): void {
  if (Object.hasOwn(functions, name.toLowerCase())) return;
  const known = Object.values(functions).join(', ');
  throw new InvalidRequest(`The ${kind} function "${name}" doesn't exist. ${known === '' ? `The app has no ${kind} functions.` : `The app has: ${known}.`}`);
}
