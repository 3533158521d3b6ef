import { systemClock } from './clock';
import type { HostOptions, HostParts, LocalHost } from './host-options';
import { Host } from './local-host';

export type { HostOptions, HostParts, LocalHost } from './host-options';

/**
 * Starts the local Functions host over a compiled app; resolves when every trigger listens.
 *
 * `parts` are the neighbours that the host does not import: the Event Hubs client it receives with and the durable engine.
 *
 *     startHost(options, { eventSource: await import('../eventhubs/receiver'), createDurableEngine })
 *
 * Rejects with code EADDRINUSE when the port is taken, and with one Error that lists every missing setting or
 * impossible binding; nothing keeps running then.
 */
export async function startHost(options: HostOptions, parts: Omit<HostParts, 'clock'> & Partial<HostParts>): Promise<LocalHost> {
  const host = new Host(options, { clock: systemClock, ...parts });
  try {
    await host.start();
  } catch (error) {
    await host.stop();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return { port: host.port, functions: host.functions.map(({ name }) => name), stop: () => (stopping ??= host.stop()) };
}
