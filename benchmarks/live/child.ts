/** The publisher's process, from outside. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { processCpuMs } from './process-cpu';
import type { Published, PublishOptions } from './publisher-process';

export interface RunningPublisher {
  /** Lets it begin; resolves when everything has left it. */
  go: () => Promise<Published>;
  /** Its processor time so far, ms: to be asked while it runs, or after it with what was kept. */
  cpu: () => number;
  stop: () => Promise<void>;
}

/** Starts it and waits until its events are made. */
export async function startPublisher(options: PublishOptions): Promise<RunningPublisher> {
  const child = fork(join(__dirname, 'publisher-process.js'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: ['--max-old-space-size=8192'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.send(options);
  await nextMessage(child);
  const idle = processCpuMs(child.pid as number);
  let used = 0;
  return {
    go: async () => {
      const published = nextMessage(child) as Promise<Published>;
      child.send('go');
      const watching = setInterval(() => (used = cpuOf(child) - idle), 100);
      return published.finally(() => clearInterval(watching));
    },
    cpu: () => used,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function cpuOf(child: ChildProcess): number {
  try {
    return processCpuMs(child.pid as number);
  } catch {
    return 0;
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`the publisher ended with exit code ${code}`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.removeListener('exit', failed);
      resolve(message);
    });
  });
}
