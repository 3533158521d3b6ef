const { app } = require('@azure/functions');

app.hook.preInvocation((context) => {
  context.hookData.started = true;
  if (context.invocationContext.functionName !== 'hooked') return;
  const handler = context.functionHandler;
  context.functionHandler = async (...args) => ({ body: `wrapped ${(await handler(...args)).body}` });
});

app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName !== 'hooked') return;
  context.result = { body: `${context.result.body} ${context.hookData.started}` };
});

app.hook.log((context) => {
  if (context.message.startsWith('greeting')) context.message = context.message.toUpperCase();
});

app.http('hooked', { methods: ['GET'], handler: async () => ({ body: 'original' }) });
