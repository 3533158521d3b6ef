import type { Mutation } from './mutations';
import type { SimulationOptions } from './simulation';
import type { Trial } from './campaign';

/** A run that lost or doubled something, made as small as it goes. JSON-safe. */
export interface Failure {
  job: string;
  seed: number;
  /** The command that runs the seed again, and the one that runs what is left of it. */
  replay: string;
  shrunk: string;
  lost: string[];
  doubled: string[];
  problems: string[];
  faults: string[];
}

export function failureOf(job: string, options: SimulationOptions, { outcome, verdict }: Trial): Failure {
  const { seed, mutation, events } = options;
  const replay = commandOf(job, seed, mutation);
  const shrunk = `${replay} --faults '${outcome.struck.map(({ key }) => key).join()}'${events ? ` --events ${events.join()}` : ''}`;
  const faults = outcome.struck.map(({ key, at, where }) => `${new Date(at).toISOString().slice(11, 23)} ${key} ${where}`);
  return { job, seed, replay, shrunk, lost: verdict.lost, doubled: verdict.doubled, problems: verdict.problems, faults };
}

function commandOf(job: string, seed: number, mutation: Mutation | undefined): string {
  return `npm run faults -- --seeds 1 --first-seed ${seed} --job ${job}${mutation ? ` --without ${mutation}` : ''}`;
}

/** At most this many rows of a kind are shown. */
const SHOWN = 5;

export function failureText({ job, seed, replay, shrunk, lost, doubled, problems, faults }: Failure): string {
  const list = (title: string, items: string[]): string[] => (items.length === 0 ? [] : [`  ${title}:`, ...items.slice(0, SHOWN).map((item) => `    ${item}`), ...(items.length > SHOWN ? [`    … and ${items.length - SHOWN} more`] : [])]);
  return [
    `FAILED job ${job}, seed ${seed}: ${lost.length} lost, ${doubled.length} doubled, ${problems.length} other`,
    `  replay: ${replay}`,
    `  shrunk: ${shrunk}`,
    ...list('faults that are left', faults),
    ...list('lost', lost),
    ...list('doubled', doubled),
    ...list('other', problems),
  ].join('\n');
}
