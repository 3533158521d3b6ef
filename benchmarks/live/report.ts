import type { HostCounts } from './counts';
import type { LiveQuestion } from './question';

export interface LiveAnswer {
  name: string;
  asks: string;
  events: number;
  rows: number;
  /** What is different about its rows; then nothing was measured. */
  wrong?: string;
  elapsedMs?: number;
  eventsPerSecond?: number;
  reached?: number;
  target: string;
  met?: boolean;
  more?: Record<string, number>;
  /** Cores taken by each process, and its processor time for an event. */
  processes?: Record<string, { cores: number; cpuNsPerEvent: number }>;
  counts?: HostCounts;
  /** Signals of the trigger's function for each batch of the trigger. */
  signalsPerBatch?: number;
}

/** What counts of a run. */
export function answerOf(question: LiveQuestion, { run, reached, more }: Awaited<ReturnType<LiveQuestion['ask']>>): LiveAnswer {
  const { name, asks, target } = question;
  const said = 'atLeast' in target ? `at least ${target.atLeast.toLocaleString('en')} ${target.what}` : `at most ${target.atMost} ${target.what}`;
  const answer: LiveAnswer = { name, asks, events: run.events, rows: run.rows, target: said };
  if (run.wrong !== undefined) return { ...answer, wrong: run.wrong };
  const { elapsedMs, cpuMs, counts, events } = run;
  const processes = Object.fromEntries(Object.entries(cpuMs).map(([process, ms]) => [process, { cores: ms / elapsedMs, cpuNsPerEvent: (ms * 1e6) / events }]));
  const met = 'atLeast' in target ? reached >= target.atLeast : reached <= target.atMost;
  const signalsPerBatch = (counts.signals['function → partition deliver'] ?? 0) / counts.batches;
  return { ...answer, elapsedMs, eventsPerSecond: (events / elapsedMs) * 1000, reached, met, more, processes, counts, signalsPerBatch };
}

const whole = (n: number): string => Math.round(n).toLocaleString('en');
const short = (n: number): string => (n < 10 ? n.toFixed(2) : whole(n));

/** An answer for people. */
export function report({ name, asks, events, rows, wrong, ...answer }: LiveAnswer): string {
  const head = `${name}: ${asks}\n  ${whole(events)} events, ${whole(rows)} rows`;
  if (wrong !== undefined) return `${head}\n  not measured, other rows: ${wrong}`;
  const { counts } = answer;
  const processes = Object.entries(answer.processes ?? {}).map(([process, { cores, cpuNsPerEvent }]) => `  ${process.padEnd(20)}${cores.toFixed(2).padStart(6)} cores${whole(cpuNsPerEvent).padStart(9)} ns of CPU an event`);
  const more = Object.entries(answer.more ?? {}).map(([what, n]) => `, ${what} ${short(n)}`);
  const signals = Object.entries(counts?.signals ?? {}).map(([way, n]) => `${way} ${whole(n)}`);
  return [
    head,
    `  ${((answer.elapsedMs ?? 0) / 1000).toFixed(1)} s, ${whole(answer.eventsPerSecond ?? 0)} events/s`,
    ...processes,
    `  ${whole(counts?.batches ?? 0)} batches of the trigger, ${short(answer.signalsPerBatch ?? NaN)} signals for each; ${signals.join(', ')}`,
    `  ${answer.met ? 'reached' : 'MISSED'}: ${short(answer.reached ?? NaN)}${more.join('')}; to reach: ${answer.target}`,
  ].join('\n');
}
