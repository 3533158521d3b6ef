import type { ServerResponse } from 'node:http';
import type { RpcHttp, RpcTypedData } from '../../contract';
import { toContent } from '../../typed-data';

/** A cookie as the SDK sends it: optional members are wrapped. */
interface RpcCookie {
  name?: string;
  value?: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  maxAge?: { value: number };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
}

/** Node sets these itself, for the connection that it has. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-authenticate']);

/** Writes a function's response; nothing (the function returned undefined) is 204. */
export function writeResponse(response: ServerResponse, data: RpcTypedData | null | undefined): void {
  const http: RpcHttp | undefined = data?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (!isHopByHop(name)) response.setHeader(name, value);
  }
  const cookies = (http.cookies ?? []) as RpcCookie[];
  if (cookies.length > 0) response.setHeader('set-cookie', cookies.map(serializeCookie));
  const content = http.body === undefined ? null : toContent(http.body);
  if (content !== null) response.setHeader('content-length', content.length);
  response.end(content ?? undefined);
}

export function isHopByHop(header: string): boolean {
  return HOP_BY_HOP.has(header.toLowerCase());
}

/** Set-Cookie by RFC 6265; name and value are percent-encoded, as ASP.NET does. */
export function serializeCookie(cookie: RpcCookie): string {
  const parts = [`${encodeURIComponent(cookie.name ?? '')}=${encodeURIComponent(cookie.value ?? '')}`];
  if (cookie.expires) parts.push(`expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`);
  if (cookie.maxAge) parts.push(`max-age=${cookie.maxAge.value}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  if (cookie.path) parts.push(`path=${cookie.path.value}`);
  if (cookie.secure?.value === true) parts.push('secure');
  if (cookie.sameSite !== undefined && cookie.sameSite !== 'none') parts.push(`samesite=${cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite}`);
  if (cookie.httpOnly?.value === true) parts.push('httponly');
  return parts.join('; ');
}
