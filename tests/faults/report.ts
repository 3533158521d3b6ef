import { newTally, type Tally } from './campaign';
import { failureText, type Failure } from './failure';

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = newTally();
  for (const tally of tallies) {
    for (const name of ['runs', 'checked', 'lost', 'doubled', 'broken'] as const) sum[name] += tally[name];
    for (const kind of Object.keys(sum.faults) as (keyof Tally['faults'])[]) sum.faults[kind] += tally.faults[kind];
  }
  return sum;
}

export function isClean({ lost, doubled, broken }: Tally): boolean {
  return lost + doubled + broken === 0;
}

const number = (n: number): string => n.toLocaleString('en-US');

export function reportText(seeds: number, tally: Tally, failures: readonly Failure[]): string {
  const width = Math.max(...Object.keys(tally.faults).map((kind) => kind.length));
  const all = Object.values(tally.faults).reduce((a, b) => a + b, 0);
  return [
    ...failures.map((failure) => `${failureText(failure)}\n`),
    `${number(all)} faults in ${number(tally.runs)} runs (${number(seeds)} seeds)`,
    ...Object.entries(tally.faults).map(([kind, count]) => `  ${kind.padEnd(width)}  ${number(count).padStart(9)}`),
    `${number(tally.checked)} rows checked, ${number(tally.lost)} lost, ${number(tally.doubled)} doubled${tally.broken > 0 ? `, ${number(tally.broken)} runs broken in another way` : ''}`,
  ].join('\n');
}
