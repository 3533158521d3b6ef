import * as df from 'durable-functions';
import type { InvocationContext } from '@azure/functions';
import { waitFor } from '../support/wait';
import { durableFunctions, invoke } from './support/core-shim';
import { Harness } from './support/harness';

jest.mock('@azure/functions-core', () => jest.requireActual<{ core: unknown }>('./support/core-shim').core, { virtual: true });

const runs = new Map<string, number>();
let peak = 0;
let active = 0;

function count(name: string): number {
  const next = (runs.get(name) ?? 0) + 1;
  runs.set(name, next);
  return next;
}

df.app.activity('echo', { handler: (input: unknown) => input });
df.app.activity('slow', {
  handler: async (ms: number) => {
    peak = Math.max(peak, ++active);
    await new Promise((resolve) => setTimeout(resolve, ms));
    active--;
    return ms;
  },
});
df.app.activity('flaky', {
  handler: ({ id, failures }: { id: string; failures: number }) => {
    const attempt = count(id);
    if (attempt <= failures) throw new Error(`${id} failed on attempt ${attempt}`);
    return attempt;
  },
});

df.app.entity('Counter', (context) => {
  const state = context.df.getState(() => 0) as number;
  if (context.df.operationName === 'add') context.df.setState(state + (context.df.getInput() as number));
  else if (context.df.operationName === 'get') context.df.return(state);
  else throw new RangeError(`no operation ${context.df.operationName}`);
});

df.app.orchestration('chain', function* (context) {
  const input: unknown = context.df.getInput();
  const first: unknown = yield context.df.callActivity('echo', input);
  const text: string = yield context.df.callActivity('echo', 'text');
  const nothing: unknown = yield context.df.callActivity('echo');
  context.df.setCustomStatus({ at: 'end' });
  return { first, text, nothing };
});
df.app.orchestration('fan', function* (context) {
  return yield context.df.Task.all([1, 2, 3, 4, 5].map((n) => context.df.callActivity('echo', { n })));
});
df.app.orchestration('limited', function* (context) {
  // At most two at a time: tasks are yielded again and again in compounds.
  const waiting = [40, 60, 20, 30, 10];
  const open = waiting.splice(0, 2).map((ms) => context.df.callActivity('slow', ms));
  const results: number[] = [];
  while (open.length > 0) {
    const done: df.Task = yield context.df.Task.any(open);
    open.splice(open.indexOf(done), 1);
    results.push(done.result as number);
    if (waiting.length > 0) open.push(context.df.callActivity('slow', waiting.shift()!));
  }
  return results.sort((a, b) => a - b);
});
df.app.orchestration('retries', function* (context) {
  const retry = new df.RetryOptions(5, 3);
  const both: unknown[] = yield context.df.Task.all([
    context.df.callActivityWithRetry('flaky', retry, { id: 'a', failures: 2 }),
    context.df.callActivityWithRetry('flaky', retry, { id: 'b', failures: 1 }),
    context.df.callActivity('echo', 'c'),
  ]);
  const after: unknown = yield context.df.callActivity('echo', 'after');
  try {
    yield context.df.callActivityWithRetry('flaky', retry, { id: 'd', failures: 9 });
  } catch (error) {
    const last: unknown = yield context.df.callActivity('echo', 'last');
    return { both, after, last, error: (error as Error).message.split('\n')[0] };
  }
  return 'not reached';
});
df.app.orchestration('race', function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
  const seen: unknown[] = [];
  // The timer is yielded again in each round.
  for (;;) {
    const event = context.df.waitForExternalEvent('go');
    const winner: df.Task = yield context.df.Task.any([event, timer]);
    if (winner === timer) return 'late';
    seen.push(event.result);
    if (event.result === 'stop') break;
  }
  timer.cancel();
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 20));
  return seen;
});
df.app.orchestration('child', function* (context) {
  const input = context.df.getInput() as { fail?: boolean };
  if (input.fail === true) throw new Error('the child failed');
  return yield context.df.callActivity('echo', { id: context.df.instanceId, parent: context.df.parentInstanceId });
});
df.app.orchestration('parent', function* (context) {
  const named: unknown = yield context.df.callSubOrchestrator('child', {}, 'the-child');
  const other = (yield context.df.callSubOrchestrator('Child', {})) as { parent: string };
  try {
    yield context.df.callSubOrchestratorWithRetry('child', new df.RetryOptions(1, 2), { fail: true });
  } catch (error) {
    return { named, parent: other.parent, error: (error as Error).message };
  }
  return undefined;
});
df.app.orchestration('rounds', function* (context) {
  const { round, seen } = context.df.getInput() as { round: number; seen: unknown[] };
  seen.push(yield context.df.waitForExternalEvent('next'));
  if (round === 3) return seen;
  context.df.continueAsNew({ round: round + 1, seen });
  return undefined;
});
df.app.orchestration('callEntity', function* (context) {
  const counter = new df.EntityId('Counter', 'called');
  context.df.signalEntity(counter, 'add', 2);
  context.df.signalEntity(counter, 'add', 3);
  const value: unknown = yield context.df.callEntity(counter, 'get');
  try {
    yield context.df.callEntity(counter, 'nope');
  } catch (error) {
    return { value, failed: error instanceof Error };
  }
  return value;
});
df.app.orchestration('transfer', function* (context) {
  const [from, to] = [new df.EntityId('Counter', 'from'), new df.EntityId('Counter', 'to')];
  const lock = yield context.df.lock([to, from]);
  const balance = (yield context.df.callEntity(from, 'get')) as number;
  yield context.df.callActivity('slow', 5);
  yield context.df.callEntity(from, 'add', -1);
  yield context.df.callEntity(to, 'add', 1);
  lock.release();
  return yield context.df.callActivity('echo', balance);
});
df.app.orchestration('holder', function* (context) {
  yield context.df.lock([new df.EntityId('Counter', 'held')]);
  yield context.df.waitForExternalEvent('never');
});
df.app.orchestration('fails', function* (context) {
  context.df.signalEntity(new df.EntityId('Counter', 'before-failure'), 'add', 1);
  yield context.df.callActivity('echo', 1);
  throw new Error('on purpose');
});
df.app.orchestration('http', function* (context) {
  yield context.df.callHttp({ method: 'GET', url: 'http://localhost' });
});
df.app.orchestration('unknownActivity', function* (context) {
  yield context.df.callActivity('missing');
});

describe('orchestrations of the unmodified SDK', () => {
  let harness: Harness;
  let client: df.DurableClient;

  const connect = (): df.DurableClient => {
    const input = df.input.durableClient();
    const context = { options: { extraInputs: [input] }, extraInputs: { get: () => harness.clientBinding() } };
    return df.getClient(context as unknown as InvocationContext);
  };
  const ended = async (id: string): Promise<df.DurableOrchestrationStatus> => {
    await waitFor(`${id} is over`, async () => !['Pending', 'Running', 'Suspended'].includes((await client.getStatus(id)).runtimeStatus));
    return client.getStatus(id);
  };
  const run = async (name: string, input?: unknown): Promise<df.DurableOrchestrationStatus> => ended(await client.startNew(name, { input }));
  const becomes = (id: string, status: string): Promise<void> => waitFor(status, async () => (await client.getStatus(id)).runtimeStatus === status);

  beforeAll(async () => {
    process.env.WEBSITE_HOSTNAME = 'localhost:7071';
    harness = await Harness.start({ functions: durableFunctions(), invoke });
    client = connect();
  });
  afterAll(() => harness.close());

  it('chains activities and keeps input, output and custom status', async () => {
    const status = await run('CHAIN', { a: [1, 'x'] });
    expect(status).toMatchObject({ name: 'chain', runtimeStatus: 'Completed', input: { a: [1, 'x'] }, customStatus: { at: 'end' } });
    expect(status.output).toEqual({ first: { a: [1, 'x'] }, text: 'text', nothing: null });
  });

  it('fans out and in', async () => {
    expect((await run('fan')).output).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  it('recognises tasks that are yielded again in another compound', async () => {
    peak = 0;
    expect((await run('limited')).output).toEqual([10, 20, 30, 40, 60]);
    expect(peak).toBe(2);
  });

  it('retries activities side by side without mixing up their numbers', async () => {
    expect((await run('retries')).output).toEqual({ both: [3, 2, 'c'], after: 'after', last: 'last', error: "Activity function 'flaky' failed: d failed on attempt 3 " });
    expect(runs.get('d')).toBe(3);
  });

  it('races external events against a timer, and cancels it', async () => {
    const id = await client.startNew('race');
    for (const event of ['one', 'stop']) await client.raiseEvent(id, 'go', event);
    const status = await ended(id);
    // The SDK (3.5.0) keeps a stale wait when a compound is yielded again; what counts here is that the timer lost.
    expect(status.output).toEqual(['one', 'stop']);
    await expect(client.raiseEvent(id, 'go', 'too late')).resolves.toBeUndefined();
  });

  it('runs sub-orchestrations, named and not, and passes on their failure', async () => {
    const id = await client.startNew('parent', { instanceId: 'the-parent' });
    const { output } = await ended(id);
    expect(output).toMatchObject({ named: { id: 'the-child', parent: 'the-parent' }, parent: 'the-parent', error: expect.stringContaining('the child failed') });
  });

  it('continues as new and carries the events that were not used', async () => {
    const id = await client.startNew('rounds', { input: { round: 1, seen: [] } });
    for (const n of [1, 2, 3]) await client.raiseEvent(id, 'next', n);
    expect((await ended(id)).output).toEqual([1, 2, 3]);
  });

  it('signals and calls entities, in order', async () => {
    expect((await run('callEntity')).output).toEqual({ value: 5, failed: true });
  });

  it('runs critical sections one after the other', async () => {
    await harness.signal('counter', 'from', 'add', 10);
    const ids = await Promise.all(Array.from({ length: 5 }, () => client.startNew('transfer')));
    const balances = await Promise.all(ids.map(async (id) => (await ended(id)).output as number));
    expect(balances.sort((a, b) => b - a)).toEqual([10, 9, 8, 7, 6]);
    expect([await harness.state('Counter', 'from'), await harness.state('Counter', 'to')]).toEqual([5, 5]);
  });

  it('gives back the lock of a terminated orchestration', async () => {
    const first = await client.startNew('holder');
    const second = await client.startNew('holder');
    await harness.signal('Counter', 'held', 'add', 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await harness.state('Counter', 'held')).toBeUndefined();
    await client.terminate(second, 'enough');
    await client.terminate(first, 'enough');
    expect((await ended(first)).output).toBe('enough');
    await waitFor('the entity is free', async () => (await harness.state('Counter', 'held')) === 1);
  });

  it.each([
    ['fails', "Orchestrator function 'fails' failed: on purpose"],
    ['http', 'The local host does not run callHttp'],
    ['unknownActivity', 'The activity function "missing" doesn\'t exist. The app has: echo, slow, flaky.'],
  ])('%s: reports the failure', async (name, message) => {
    const status = await run(name);
    expect(status.runtimeStatus).toBe('Failed');
    expect(status.output).toContain(message);
  });

  it('carries out what a failed orchestrator did before', async () => {
    await waitFor('the signal', async () => (await harness.state('Counter', 'before-failure')) === 1);
  });

  it('suspends, resumes, restarts, purges and lists', async () => {
    const id = await client.startNew('rounds', { instanceId: 'managed', input: { round: 3, seen: [] } });
    await expect(client.startNew('rounds', { instanceId: 'managed' })).rejects.toThrow('409');
    await becomes(id, 'Running');
    await client.suspend(id, 'wait');
    await becomes(id, 'Suspended');
    await client.raiseEvent(id, 'next', 'kept');
    await client.resume(id, 'go on');
    expect((await ended(id)).output).toEqual(['kept']);
    await expect(client.rewind(id, 'why not')).rejects.toThrow('can not rewind');
    expect((await client.getStatusBy({ runtimeStatus: [df.OrchestrationRuntimeStatus.Completed] })).map(({ instanceId }) => instanceId)).toContain('managed');
    const again = await harness.call('POST', 'instances/managed/restart?restartWithNewInstanceId=false');
    expect([again.status, (again.json as { id: string }).id]).toEqual([202, 'managed']);
    await client.raiseEvent(id, 'next', 'again');
    expect((await ended(id)).output).toEqual(['again']);
    expect(await client.purgeInstanceHistory(id)).toEqual({ instancesDeleted: 1 });
    await expect(client.getStatus(id)).rejects.toThrow('404');
    await expect(client.raiseEvent(id, 'next', 1)).rejects.toThrow("No instance with ID 'managed' found");
  });

  it('pages through all instances', async () => {
    const before = (await client.getStatusAll()).length;
    const ids = await Promise.all(Array.from({ length: 120 }, () => client.startNew('fan')));
    const all = (await client.getStatusAll()).map(({ instanceId }) => instanceId);
    expect(all).toHaveLength(before + 120);
    expect(all).toEqual(expect.arrayContaining(ids));
    await Promise.all(ids.map(ended));
  });

  it('shows a readable history', async () => {
    const id = await client.startNew('chain', { input: 1 });
    await ended(id);
    const { json } = await harness.call('GET', `instances/${id}?showHistory=true&showHistoryOutput=true&showInput=false`);
    const { input, historyEvents } = json as { input: unknown; historyEvents: { EventType: string }[] };
    expect(input).toBeNull();
    expect(historyEvents.map(({ EventType }) => EventType)).toEqual(['ExecutionStarted', 'TaskCompleted', 'TaskCompleted', 'TaskCompleted', 'ExecutionCompleted']);
    expect(historyEvents[1]).toMatchObject({ FunctionName: 'echo', Result: 1 });
  });

  it('goes on after a restart: waiting events, open timers, activities', async () => {
    const waiting = await client.startNew('rounds', { input: { round: 2, seen: ['before'] } });
    const limited = await client.startNew('limited');
    const race = await client.startNew('race');
    await client.raiseEvent(waiting, 'next', 1);
    await harness.restart();
    await client.raiseEvent(waiting, 'next', 2);
    await client.raiseEvent(race, 'go', 'stop');
    expect((await ended(waiting)).output).toEqual(['before', 1, 2]);
    expect((await ended(limited)).output).toEqual([10, 20, 30, 40, 60]);
    expect((await ended(race)).output).toEqual(['stop']);
  });
});
