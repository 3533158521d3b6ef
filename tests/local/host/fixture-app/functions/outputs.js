const { app, input, output } = require('@azure/functions');

const note = output.storageBlob({ path: 'notes/{id}/{Query.kind}.json', connection: 'AzureWebJobsStorage' });
const queue = output.storageQueue({ queueName: '%QUEUE%', connection: 'AzureWebJobsStorage' });
const stored = input.storageBlob({ path: 'notes/{id}/{Query.kind}.json', connection: 'AzureWebJobsStorage' });

app.http('writeNote', {
  route: 'notes/{id}',
  methods: ['POST'],
  extraOutputs: [note, queue],
  handler: async (request, context) => {
    const body = await request.json();
    context.extraOutputs.set(note, body);
    context.extraOutputs.set(queue, ['first <&>', { second: 2 }]);
    return { status: 204 };
  },
});

app.http('readNote', {
  route: 'notes/{id}',
  methods: ['GET'],
  extraInputs: [stored],
  handler: async (request, context) => ({ jsonBody: { stored: context.extraInputs.get(stored) ?? null } }),
});
