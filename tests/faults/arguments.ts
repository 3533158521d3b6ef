import { parseArgs } from 'node:util';
import { FAULT_KINDS } from './fault-plan';
import { MUTATIONS, type Mutation } from './mutations';

export const USAGE = `usage: npm run faults -- [--seeds N] [--first-seed N] [--job NAME] [--json]

Runs every golden script and the sample job in a world that fails, and compares what is stored with the run without faults.

  --seeds N        how many seeds; default 100
  --first-seed N   the first one; default 1
  --job NAME       only this job: a file of tests/scripts/cases without .sql, or earthquakes
  --json           the result as JSON on stdout, and nothing else
  --workers N      processes; default one per processor
  --faults LIST    only these faults of the seed, as a failure prints them: crash-after#3,redelivery#0
  --events LIST    only these events of the job, counted from 0
  --without RULE   takes a rule away, to see that it is missed: ${MUTATIONS.join(', ')}

Exit code 0: nothing lost, nothing doubled; 1: something was; 2: the command is wrong.`;

export interface Arguments {
  seeds: number;
  firstSeed: number;
  job?: string;
  json: boolean;
  workers: number;
  faults?: ReadonlySet<string>;
  events?: number[];
  without?: Mutation;
}

/** Throws an Error that says what is wrong. */
export function readArguments(argv: readonly string[], processors: number): Arguments | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: { seeds: text, 'first-seed': text, job: text, json: { type: 'boolean' }, workers: text, faults: text, events: text, without: text, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return 'help';
  const without = MUTATIONS.find((mutation) => mutation === values.without);
  if (values.without !== undefined && !without) throw new Error(`--without takes one of ${MUTATIONS.join(', ')}, found '${values.without}'`);
  const faults = values.faults?.split(',').filter(Boolean);
  const unknown = faults?.find((key) => !Object.hasOwn(FAULT_KINDS, key.split('#')[0] as string));
  if (unknown !== undefined) throw new Error(`--faults: there is no fault '${unknown}'; there are ${Object.keys(FAULT_KINDS).join(', ')}, each with #N`);
  return {
    seeds: whole('--seeds', values.seeds, 100),
    firstSeed: whole('--first-seed', values['first-seed'], 1),
    job: values.job,
    json: values.json ?? false,
    workers: Math.max(1, whole('--workers', values.workers, processors)),
    faults: faults && new Set(faults),
    events: values.events?.split(',').map((n) => whole('--events', n, 0)),
    without,
  };
}

function whole(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number, found '${text}'`);
  return Number(text);
}
