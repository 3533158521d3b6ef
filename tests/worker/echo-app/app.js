const { app, trigger } = require('@azure/functions');

app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });

/** What a handler gets, in a form that can be sent back: bytes as `{bytes: base64}`. */
const shown = (value) => JSON.parse(JSON.stringify(value, (_key, item) => (item?.type === 'Buffer' ? { bytes: Buffer.from(item.data).toString('base64') } : item === undefined ? null : item)));

const handler = async (value, context) => {
  const { retryContext, triggerMetadata, functionName } = context;
  return shown({ value, triggerMetadata, retryContext, functionName });
};

app.eventHub('hubBinary', { connection: 'HUB', eventHubName: 'h', cardinality: 'many', dataType: 'binary', handler });
app.eventHub('hubText', { connection: 'HUB', eventHubName: 'h', cardinality: 'many', handler });
app.generic('kafka', { trigger: trigger.generic({ type: 'kafkaTrigger', brokerList: 'b', topic: 't', cardinality: 'many', dataType: 'binary' }), handler });
app.generic('entity', { trigger: { type: 'entityTrigger', name: 'context' }, handler });
app.timer('timer', { schedule: '0 0 0 1 1 *', handler });
app.http('echo', {
  methods: ['POST'],
  route: 'echo/{name}',
  handler: async (request) => ({ status: 201, headers: { 'x-echo': request.headers.get('x-in') ?? '' }, jsonBody: { url: request.url, params: request.params, query: Object.fromEntries(request.query), body: Buffer.from(await request.arrayBuffer()).toString('base64') } }),
});
app.http('bytes', { methods: ['GET'], handler: async () => ({ body: Buffer.from([0, 255, 128]), cookies: [{ name: 'a', value: 'b', maxAge: 5, sameSite: 'Lax' }] }) });
app.http('nothing', { methods: ['GET'], handler: async () => undefined });
app.http('fails', {
  methods: ['GET'],
  handler: async () => {
    throw new TypeError('deliberately failed');
  },
});
