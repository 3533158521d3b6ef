/** A process to be killed: an engine behind HTTP. Arguments: data folder, port. Prints "ready". */
const http = require('node:http');
const path = require('node:path');
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, { swcrc: false, configFile: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } });
  module._compile(code, file);
};

const { createDurableEngine } = require(path.join(__dirname, '../../../../../local/host/durable/engine'));

const STEPS = 30;

/** "first" passes each input on to "second"; both keep what they get. */
function entity({ self, state, batch }) {
  const seen = [...JSON.parse(state ?? '[]'), ...batch.map(({ input }) => JSON.parse(input))];
  const signals = self.key === 'first' ? batch.map(({ input }) => ({ target: { name: 'log', key: 'second' }, name: 'add', input })) : [];
  return { results: batch.map(() => ({ isError: false })), signals, entityExists: true, entityState: JSON.stringify(seen) };
}

/** Calls one activity after the other; each adds one to the result of the one before. Every tenth step is a timer. */
function orchestrator({ history }) {
  const actions = [];
  let value = 0;
  const next = () => {
    if (actions.length === STEPS) return;
    const fireAt = new Date(Date.now() + 5).toISOString();
    actions.push(actions.length % 10 === 9 ? { actionType: 5, fireAt, isCanceled: false } : { actionType: 0, functionName: 'increment', input: value });
  };
  let done = 0;
  for (const event of history) {
    if (event.EventType === 5) value = JSON.parse(event.Result);
    if ([0, 5, 11].includes(event.EventType)) next();
    if ([5, 11].includes(event.EventType)) done++;
  }
  return { isDone: done === STEPS, actions: [actions], output: value };
}

const invoke = async (name, payload) => {
  const input = JSON.parse(payload);
  return { entity, orchestrator, increment: (n) => n + 1 }[name](input);
};

const engine = createDurableEngine({
  dataDir: process.argv[2],
  taskHub: 'Kill',
  functions: { entities: { log: 'entity' }, orchestrators: { steps: 'orchestrator' }, activities: { increment: 'increment' } },
  invoke,
  log: (line) => process.stderr.write(`${line}\n`),
});
engine.start().then(() => {
  http.createServer((request, response) => void engine.handle(request, response)).listen(Number(process.argv[3]), '127.0.0.1', () => process.stdout.write('ready\n'));
});
