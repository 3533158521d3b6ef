const { app } = require('@azure/functions');

app.http('hello', {
  route: 'hello/{name}/{count:int?}',
  methods: ['GET'],
  handler: async (request, context) => {
    context.log(`greeting ${request.params.name}`);
    console.log('to the console');
    return {
      status: 201,
      headers: { 'x-invocation': context.invocationId },
      jsonBody: { name: request.params.name, count: request.params.count ?? null, query: Object.fromEntries(request.query), url: request.url },
      cookies: [{ name: 'seen', value: 'a b', httpOnly: true, sameSite: 'Lax', maxAge: 60, path: '/' }],
    };
  },
});

app.http('echo', {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => ({ body: Buffer.from(await request.arrayBuffer()), headers: { 'content-type': 'application/octet-stream' } }),
});

app.http('nothing', { methods: ['GET'], handler: async () => undefined });

app.http('fail', {
  methods: ['GET'],
  handler: async () => {
    throw new Error('deliberately failed');
  },
});

app.http('env', { methods: ['GET'], handler: async (request) => ({ body: process.env[request.query.get('name')] ?? '(unset)' }) });

app.http('hang', { methods: ['GET'], handler: () => new Promise(() => undefined) });

app.http('crash', {
  methods: ['POST'],
  handler: async () => {
    setTimeout(() => {
      throw new Error('deliberately uncaught');
    }, 10);
    return { status: 202 };
  },
});
