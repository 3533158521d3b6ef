/**
 * Contenders in processes of their own. What one does to the compiler (types that its code has seen) and to memory is nothing to another, and nobody
 * collects garbage by command: that throws away code that was compiled for objects of the run before, which no program that runs on has to bear.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Cost } from './measure';

/** Which contender: of a race, or the one at a point of a question about growth. */
export interface Entrant {
  question: string;
  index: number;
  events: number;
}

/** What a process tells of one run. */
export interface Run {
  cost: Cost;
  rows: number;
}

export interface Apart {
  run: () => Promise<Run>;
  close: () => void;
}

export function apart(entrant: Entrant): Apart {
  const child = fork(join(__dirname, 'apart-process.js'), [JSON.stringify(entrant)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`contender ${entrant.index} of ${entrant.question} ended with exit code ${String(code)}`)));
  // It ends when it is not asked any more, too.
  ended.catch(() => {});
  return { run: () => runIn(child, ended), close: () => child.disconnect() };
}

async function runIn(child: ChildProcess, ended: Promise<never>): Promise<Run> {
  child.send('run');
  const [run] = await Promise.race([once(child, 'message') as Promise<[Run]>, ended]);
  return run;
}
