import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Makes a shared access signature. `resource` is a URI such as `sb://host/hub`, `expiry` seconds since the epoch.
 * https://learn.microsoft.com/rest/api/eventhub/generate-sas-token
 */
export function createSas(resource: string, key: { name: string; value: string }, expiry: number): string {
  const sr = encodeURIComponent(resource);
  const sig = encodeURIComponent(sign(`${sr}\n${expiry}`, key.value));
  return `SharedAccessSignature sr=${sr}&sig=${sig}&se=${expiry}&skn=${encodeURIComponent(key.name)}`;
}

function sign(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

export type SasCheck = { ok: true; resource: string } | { ok: false; reason: string };

/**
 * Checks a token against `key` at `now` (ms since the epoch). The signature covers `sr` as it stands in the token,
 * still URL-encoded. The resource comes back decoded.
 */
export function verifySas(token: string, key: string, now: number): SasCheck {
  const text = /^SharedAccessSignature\s+(.*)$/s.exec(token)?.[1];
  if (text === undefined) return { ok: false, reason: 'The token is no SharedAccessSignature.' };
  const fields = new Map(text.split('&').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const [sr, sig, se] = [fields.get('sr'), fields.get('sig'), fields.get('se')];
  if (!sr || !sig || !se) return { ok: false, reason: 'The token must have sr, sig and se.' };
  const given = Buffer.from(decode(sig));
  const expected = Buffer.from(sign(`${sr}\n${se}`, key));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { ok: false, reason: 'InvalidSignature: The token has an invalid signature.' };
  }
  if (!(Number(se) * 1000 > now)) return { ok: false, reason: 'ExpiredToken: The token is expired.' };
  return { ok: true, resource: decode(sr) };
}

/** URL-decodes; what is no valid encoding stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
