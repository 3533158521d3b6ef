import { timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './request';

/** The keys that open functions with authLevel `function` and `admin`. */
export interface HostKeys {
  master: string[];
  functions: string[];
}

/** The setting with a host key for local runs; it opens everything. */
const KEY_SETTING = 'FUNCTIONS_HOST_KEY';

/** Reads `dataDir/secrets/host.json`, in the layout of Azure's file secrets, and the setting FUNCTIONS_HOST_KEY. */
export function readHostKeys(dataDir: string, setting: (name: string) => string | undefined): HostKeys {
  const keys: HostKeys = { master: [], functions: [] };
  const own = setting(KEY_SETTING);
  if (own) keys.master.push(own);
  const file = path.join(dataDir, 'secrets', 'host.json');
  if (!fs.existsSync(file)) return keys;
  const stored = JSON.parse(fs.readFileSync(file, 'utf8')) as { masterKey?: { value?: string }; functionKeys?: { value?: string }[] };
  if (stored.masterKey?.value) keys.master.push(stored.masterKey.value);
  for (const { value } of stored.functionKeys ?? []) if (value) keys.functions.push(value);
  return keys;
}

/** Throws a 401 unless the request carries (`?code=` or x-functions-key) a key for `authLevel`. */
export function authorize(request: IncomingMessage, url: URL, authLevel: string, keys: HostKeys): void {
  const level = authLevel.toLowerCase();
  if (level === 'anonymous') return;
  const given = url.searchParams.get('code') ?? request.headers['x-functions-key'] ?? '';
  const accepted = level === 'admin' ? keys.master : [...keys.master, ...keys.functions];
  if (!accepted.some((key) => equal(key, String(given)))) throw new HttpError(401, 'A function key is needed: ?code=KEY or the header x-functions-key.');
}

function equal(key: string, given: string): boolean {
  const [a, b] = [Buffer.from(key), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
