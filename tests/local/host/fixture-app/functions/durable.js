const { app, input } = require('@azure/functions');

app.generic('Counter', {
  trigger: { type: 'entityTrigger', name: 'context' },
  handler: async (payload) => ({ entityState: JSON.stringify({ count: payload.batch.length }), entityExists: true }),
});

const client = input.generic({ type: 'durableClient', name: 'client' });

app.http('signal', { methods: ['GET'], extraInputs: [client], handler: async (request, context) => ({ jsonBody: context.extraInputs.get('client') }) });
