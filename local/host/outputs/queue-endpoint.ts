import { createHmac } from 'node:crypto';

/** The account of Azurite and of the older storage emulator; public and the same for everybody. */
const DEVELOPMENT_ACCOUNT = 'devstoreaccount1';
const DEVELOPMENT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const API_VERSION = '2021-12-02';

/**
 * The two calls of the Queue service REST API that a queue output needs, signed with the account's shared key. (The
 * queue SDK would be a dependency for these alone.)
 */
export class QueueEndpoint {
  private readonly account: string;
  private readonly key: Buffer;
  private readonly url: string;
  private readonly existing = new Set<string>();

  constructor(connectionString: string) {
    const parts = new Map(
      connectionString
        .split(';')
        .filter((part) => part.includes('='))
        .map((part) => [part.slice(0, part.indexOf('=')).trim().toLowerCase(), part.slice(part.indexOf('=') + 1).trim()]),
    );
    const development = parts.get('usedevelopmentstorage') === 'true';
    this.account = development ? DEVELOPMENT_ACCOUNT : (parts.get('accountname') ?? '');
    this.key = Buffer.from(development ? DEVELOPMENT_KEY : (parts.get('accountkey') ?? ''), 'base64');
    const suffix = parts.get('endpointsuffix') ?? 'core.windows.net';
    const fallback = development ? `http://127.0.0.1:10001/${DEVELOPMENT_ACCOUNT}` : `https://${this.account}.queue.${suffix}`;
    this.url = (parts.get('queueendpoint') ?? fallback).replace(/\/$/, '');
    if (this.account === '' || this.key.length === 0) {
      throw new Error('The storage connection string of a queue output needs AccountName and AccountKey, or UseDevelopmentStorage=true.');
    }
  }

  /** Adds one message; `text` is sent as it is (already base64 if it shall be). Creates the queue when it is missing. */
  async send(queue: string, text: string): Promise<void> {
    if (!this.existing.has(queue)) {
      await this.call('PUT', `/${queue}`, [201, 204, 409]);
      this.existing.add(queue);
    }
    const escaped = text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]!);
    const body = `<QueueMessage><MessageText>${escaped}</MessageText></QueueMessage>`;
    await this.call('POST', `/${queue}/messages`, [201], body);
  }

  private async call(method: string, path: string, accepted: readonly number[], body = ''): Promise<void> {
    const url = new URL(this.url + path);
    const contentType = body === '' ? '' : 'application/xml';
    const headers: Record<string, string> = { 'x-ms-date': new Date().toUTCString(), 'x-ms-version': API_VERSION };
    // Content-Length is signed as empty when 0; the blanks are the optional headers that are not sent.
    const length = body === '' ? '' : String(Buffer.byteLength(body));
    const canonical = [method, '', '', length, '', contentType, '', '', '', '', '', ''];
    canonical.push(`x-ms-date:${headers['x-ms-date']}`, `x-ms-version:${API_VERSION}`, `/${this.account}${url.pathname}`);
    const signature = createHmac('sha256', this.key).update(canonical.join('\n'), 'utf8').digest('base64');
    headers.authorization = `SharedKey ${this.account}:${signature}`;
    if (contentType !== '') headers['content-type'] = contentType;
    const response = await fetch(url, { method, headers, body: body === '' ? undefined : body });
    const text = await response.text();
    if (!accepted.includes(response.status)) {
      throw new Error(`The Queue service answered ${response.status} to ${method} ${url.href}: ${text.slice(0, 500)}`);
    }
  }
}
