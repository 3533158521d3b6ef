import { app as host, type HttpFunctionOptions, type HttpRequest, type InvocationContext } from '@azure/functions';
import { answer, explanation, pageFile, publish, results } from '../shared/job/api';
import { theApp } from '../shared/job/app';
import { durableClient, readEntity } from './bindings/durable';

const weir = theApp();
const get = { methods: ['GET'], authLevel: 'function' } satisfies Partial<HttpFunctionOptions>;
const status = (context: InvocationContext): unknown => weir.status.read((address) => readEntity(weir, address, context));
const param = (request: HttpRequest, name: string): string => request.params[name] ?? '';

host.http('status', { ...get, route: 'api/status', extraInputs: [durableClient], handler: (_request, context) => answer(200, () => status(context)) });
host.http('results', { ...get, route: 'api/results/{output}', handler: (request) => answer(200, () => results(weir, param(request, 'output'), request.query.get('limit'))) });
host.http('explain', { ...get, route: 'api/explain', handler: (request) => answer(200, () => explanation(weir, request.query.get('source') === 'true')) });
host.http('publish', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'api/events/{input}',
  handler: async (request, context) => {
    const { headers } = request;
    const posted = { body: new Uint8Array(await request.arrayBuffer()), contentType: headers.get('content-type'), contentEncoding: headers.get('content-encoding') };
    return answer(202, () => publish(weir, param(request, 'input'), posted, performance.now()), (line) => context.error(line));
  },
});

/** The page itself tells nothing; it asks the functions above. */
host.http('page', { methods: ['GET'], authLevel: 'anonymous', route: '{*file}', handler: (request) => pageFile(weir, param(request, 'file')) });
