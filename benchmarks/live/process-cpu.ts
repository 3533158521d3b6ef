/** Processor time of other processes, as Linux tells it. */
import { readFileSync, readdirSync } from 'node:fs';

/** Clock ticks a second: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of a process or thread from its `stat`, in ms. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuMsOf(stat: string): number {
  // The name before it, in brackets, may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Time of a process with all its threads, also of those that have ended, in ms. */
export function processCpuMs(pid: number): number {
  return cpuMsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Time of a process whose app has a thread of its own: of the main thread, of the app's, and of those that collect garbage, compile and read files, in ms. */
export function threadCpuMs(pid: number): { main: number; app: number; others: number } {
  const folder = `/proc/${pid}/task`;
  const times = readdirSync(folder).map((thread) => ({ thread, ms: cpuMsOf(readFileSync(`${folder}/${thread}/stat`, 'utf8')) }));
  const main = times.find(({ thread }) => Number(thread) === pid)?.ms ?? 0;
  const app = Math.max(0, ...times.filter(({ thread }) => Number(thread) !== pid).map(({ ms }) => ms));
  return { main, app, others: processCpuMs(pid) - main - app };
}
