import type { AppFunction } from '../../../local/host/app-function';
import type { InvocationResponse } from '../../../local/host/contract';
import type { Invoker, TriggerInput } from '../../../local/host/invoker';
import { HttpListener } from '../../../local/host/triggers/http/http-listener';
import { HttpTrigger } from '../../../local/host/triggers/http/http-trigger';
import { eventsOf } from '../../../shared/job/publish';
import { WeirError } from '../../../shared/errors';
import { texts, type Target } from '../target';
import { exchange, judge, PATIENCE_MS } from './http-exchange';

/** Raw requests. */
const CORPUS = texts(
  'GET /api/status HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'GET /api/results/windows?limit=3&x=%20 HTTP/1.1\r\nhost: localhost:7071\r\ncookie: a=b; c=d\r\n\r\n',
  'POST /api/events/readings HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n[{"a":1},{"b":2}]',
  'POST /api/events/readings HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n',
  'OPTIONS /api/status HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost:3000\r\naccess-control-request-method: GET\r\n\r\n',
  'GET //a//b/../c%2F?%zz HTTP/1.1\r\nhost: localhost\r\nx-functions-key: k\r\n\r\n',
);

const INPUT = { type: 'eventHub', connection: 'E', eventHub: 'h', consumerGroup: '$Default', format: 'json', compression: 'none', partitionKey: 'a' } as const;

const endpoint = (name: string, methods: string[], route: string): AppFunction => ({ name, functionId: name, trigger: { type: 'httpTrigger', direction: 'in', name: 'request', methods, route, authLevel: 'function' }, inputs: [], outputs: [{ type: 'http', direction: 'out', name: '$return' }], retry: undefined });

const FUNCTIONS = [endpoint('status', ['GET'], 'api/status'), endpoint('results', ['GET'], 'api/results/{output}'), endpoint('publish', ['POST'], 'api/events/{input}'), endpoint('page', ['GET'], '{*file}'), endpoint('number', ['GET'], 'n/{id:int:min(1)?}')];

/** Answers with what the app makes of a published body. */
async function invoke(_fn: AppFunction, input: TriggerInput): Promise<InvocationResponse> {
  input.payload?.();
  const body = (input.data as { http?: { body?: { bytes?: Uint8Array } } }).http?.body?.bytes ?? new Uint8Array(0);
  const respond = (statusCode: string, text: string): InvocationResponse => ({ outputData: [], returnValue: { http: { statusCode, headers: {}, body: { string: text } } } as never });
  try {
    return respond('200', String(eventsOf({ kind: 'json', bytes: body }, INPUT).length));
  } catch (error) {
    if (error instanceof WeirError) return respond('400', error.message);
    throw error;
  }
}

/** Whatever is sent to the host's port, it is answered or cut off, and the host goes on. */
export const http: Target = {
  name: 'http',
  corpus: CORPUS,
  words: texts('\r\n', '\r\n\r\n', ' HTTP/1.1', 'content-length: 99999999999\r\n', 'host: [::1\r\n', 'expect: 100-continue\r\n', 'connection: upgrade\r\nupgrade: websocket\r\n', '%', '%c0%af', '/..', '?', '&a[]=', '{"a":', '[[[[[[[[', '__proto__'),
  start: async () => {
    const failures: string[] = [];
    const listener = new HttpListener({ port: 0, address: '127.0.0.1', corsOrigins: ['http://localhost:3000'], log: (line) => failures.push(line) });
    const port = await listener.listen();
    const trigger = new HttpTrigger(FUNCTIONS, { routePrefix: '', maxBodyBytes: 1_000, keys: { master: ['m'], functions: ['k'] }, httpUri: () => undefined, invoker: { invoke } as unknown as Invoker });
    const open = new HttpTrigger(FUNCTIONS, { routePrefix: '', maxBodyBytes: 1_000, keys: null, httpUri: () => undefined, invoker: { invoke } as unknown as Invoker });
    let turn = 0;
    listener.serve([(request, response, url) => (turn++ % 4 === 0 ? trigger : open).serve(request, response, url)]);
    return {
      feed: async (input) => {
        const answer = await exchange(port, input, PATIENCE_MS);
        // A body that is shorter than it says is waited for; the client has hung up, so nobody waits for the answer.
        if (failures.length > 0) {
          const serious = failures.splice(0).filter((line) => !/aborted|ECONNRESET|premature/i.test(line));
          if (serious.length > 0) throw new Error(serious.join('\n'));
        }
        judge(answer);
      },
      check: async () => {
        const response = await fetch(`http://127.0.0.1:${port}/api/events/x`, { method: 'POST', body: '{"a":1}', headers: { 'x-functions-key': 'k' } });
        if (response.status !== 200 || (await response.text()) !== '1') throw new Error(`a sound request is answered with ${response.status}`);
      },
      stop: async () => {
        listener.closeNow();
        await listener.close();
      },
    };
  },
};
