import { timingSafeEqual } from 'node:crypto';

/** Clients take the first one that they know; MSSBCBS is what .NET and Java prefer and is ANONYMOUS in effect. */
export const MECHANISMS = ['MSSBCBS', 'PLAIN', 'ANONYMOUS'];

/** `anonymous`: tokens must follow by `$cbs`. */
export type SaslOutcome = 'anonymous' | 'full-access' | 'refused';

/** Checks a client's answer; PLAIN carries `[identity] NUL key-name NUL key`. */
export function checkSasl(mechanism: string, response: Uint8Array | null, key: string): SaslOutcome {
  if (mechanism !== 'PLAIN') return MECHANISMS.includes(mechanism) ? 'anonymous' : 'refused';
  const password = Buffer.from(response ?? []).toString('utf8').split('\0')[2] ?? '';
  const [given, expected] = [Buffer.from(password), Buffer.from(key)];
  return given.length === expected.length && timingSafeEqual(given, expected) ? 'full-access' : 'refused';
}
