import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { PartMessage } from './part-process';

/** A part that runs in a process of its own. */
export interface Part {
  name: string;
  /** Resolves with the exit code or signal when the process has ended. */
  ended: Promise<string>;
  /** Ends it: gently, and after a while by force. */
  stop(): Promise<void>;
  process: ChildProcess;
}

/** How long a part may take to stop by itself, ms. */
const PATIENCE = 15_000;

/** Starts `processes/<file>` with a configuration; resolves when it is ready and rejects with its reason when it is not. */
export async function startPart(name: string, file: string, config: unknown, log: (line: string) => void): Promise<Part> {
  // In a group of its own, so that Ctrl-C reaches only the parent: it decides who ends when, and Azurite would end before those who need it.
  const child = fork(join(__dirname, 'processes', file), [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: process.platform !== 'win32' });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))));
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: PartMessage) => {
      if ('log' in message) log(message.log);
      else if ('error' in message) reject(new Error(`${name}: ${message.error}`));
      else resolve();
    });
    void ended.then((how) => reject(new Error(`${name} ended (${how}) before it was ready${errors.length > 0 ? `: ${errors.join('').trim().slice(-2_000)}` : ''}`)));
  });
  child.send(config as object);
  await ready;
  return { name, ended, process: child, stop: () => stopProcess(child, ended) };
}

async function stopProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await ended;
  clearTimeout(force);
}
