import { join } from 'node:path';
import type { HostOptions } from '../../host/host';
import type { TaskHubOptions } from '../../host/durable/hub/task-hub';
import type { HostConfig } from './processes/host';

/** What a part of its own process is started with. */
export interface PartStart {
  name: string;
  /** In processes/. */
  file: string;
  port: number;
  /** As people know it; default its address on this machine. */
  address?: string;
  config: unknown;
}

export interface HostsPlan extends Pick<HostOptions, 'appDir' | 'settings' | 'leases'> {
  /** Where all data is kept. */
  data: string;
  /** Of the first host; the others follow, and behind them the task hub. */
  port: number;
  /** How many, from 1. */
  count: number;
}

/** The Functions hosts. One has its durable engine in its own process; several share a task hub that is started before them, on the same data as that engine's. */
export function hostParts({ data, port, count, ...common }: HostsPlan): PartStart[] {
  const taskHub = count > 1 ? port + count : undefined;
  const hosts = Array.from({ length: count }, (_, n): PartStart => {
    const config: HostConfig = { ...common, port: port + n, dataDir: join(data, n === 0 ? 'host' : `host-${n + 1}`), taskHub };
    return { name: n === 0 ? 'Functions host' : `Functions host ${n + 1}`, file: 'host.js', port: config.port, config };
  });
  if (taskHub === undefined) return hosts;
  const config: Pick<TaskHubOptions, 'port' | 'dataDir'> = { port: taskHub, dataDir: join(data, 'host', 'durable') };
  return [{ name: 'task hub', file: 'task-hub.js', port: taskHub, config }, ...hosts];
}
