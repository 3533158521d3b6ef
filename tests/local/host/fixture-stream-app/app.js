const { app } = require('@azure/functions');

app.setup({ enableHttpStream: true });

app.http('count', {
  route: 'count/{to}',
  methods: ['GET'],
  handler: async (request) => ({
    headers: { 'content-type': 'text/plain' },
    body: (async function* () {
      for (let number = 1; number <= Number(request.params.to); number++) {
        yield Buffer.from(`${number}\n`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })(),
  }),
});

app.http('length', {
  methods: ['POST'],
  handler: async (request) => {
    let bytes = 0;
    for await (const chunk of request.body) bytes += chunk.length;
    return { body: `${bytes} ${request.headers.get('x-test')}` };
  },
});

app.http('fail', {
  methods: ['GET'],
  handler: async () => {
    throw new Error('streamed failure');
  },
});
