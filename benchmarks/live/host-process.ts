/** The Functions host as `weir up` starts it, with its trigger's batches and its entities' signals counted. */
import { createDurableEngine, type DurableEngine, type DurableEngineOptions } from '../../local/host/durable/engine';
import { startHost, type HostOptions } from '../../local/host/host';
import * as receiver from '../../local/eventhubs/receiver';
import { runPart } from '../../local/cli/up/part-process';
import type { HostCounts } from './counts';

const TELL_EVERY = 250;

const counts: HostCounts = { batches: 0, events: 0, signals: {}, entityBatches: {}, entityOperations: {} };
const add = (into: Record<string, number>, name: string, more: number): void => void (into[name] = (into[name] ?? 0) + more);

const eventSource: typeof receiver = {
  ...receiver,
  openReceiver: async (options) => {
    const opened = await receiver.openReceiver(options);
    return {
      ...opened,
      receive: async (max, waitMs) => {
        const events = await opened.receive(max, waitMs);
        if (events.length > 0) counts.batches++;
        counts.events += events.length;
        return events;
      },
    };
  },
};

/** Signals of functions come to the engine by their thread's port or as requests, those of entities with what the entity's function gives back. */
function countingEngine(options: DurableEngineOptions): DurableEngine {
  const engine = createDurableEngine({
    ...options,
    invokeEntity: async (name, payload) => {
      const result = await options.invokeEntity?.(name, payload);
      const { results = [], signals = [] } = (result ?? {}) as { results?: unknown[]; signals?: { target: { name: string }; name: string }[] };
      add(counts.entityBatches, name, 1);
      add(counts.entityOperations, name, results.length);
      for (const { target, name: operation } of signals) add(counts.signals, `${name} → ${target.name} ${operation}`, 1);
      return result;
    },
  });
  const count = (url: string): void => {
    const [, entity, operation] = /\/entities\/([^/]+)\/[^?]+\?(?:.*&)?op=(\w+)/.exec(url) ?? [];
    if (entity !== undefined) add(counts.signals, `function → ${entity} ${operation}`, 1);
  };
  return {
    ...engine,
    handle: (request, response) => {
      if (request.method === 'POST') count(request.url ?? '');
      return engine.handle(request, response);
    },
    signal: (url, body) => {
      count(url);
      return engine.signal(url, body);
    },
  };
}

runPart<Pick<HostOptions, 'appDir' | 'port' | 'dataDir' | 'settings'>>(async (config, log) => {
  const host = await startHost({ ...config, log }, { eventSource, createDurableEngine: countingEngine });
  let told = '';
  const telling = setInterval(() => {
    const line = JSON.stringify(counts);
    if (line !== told) log(`counts ${line}`);
    told = line;
  }, TELL_EVERY);
  return () => {
    clearInterval(telling);
    return host.stop();
  };
});
