const { app } = require('@azure/functions');

app.timer('tick', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: async (timer, context) => context.log(`tick pastDue=${timer.isPastDue} next=${timer.scheduleStatus.next}`),
});
