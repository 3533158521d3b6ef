import type { Call, Command } from '../command';
import { explainAgainst } from '../explain-against';
import { noteWarnings, querySource } from '../query-source';
import { costOf, costText, type Load } from './cost';
import { planText } from './plan-text';

export const explain: Command = {
  name: 'explain',
  usage: 'weir explain (--job DIR | --query FILE --input A=…) [--code] [--rate N] [--partitions N] [--against OLD] [--json]',
  summary: 'show the plan of a query: stages, operators, what state each keeps, how much work it is',
  options: {
    job: { type: 'string', help: 'job folder' },
    query: { type: 'string', help: 'query file, without a job' },
    input: { type: 'string', multiple: true, help: 'NAME=: an input of a bare query' },
    reference: { type: 'string', multiple: true, help: 'NAME=FILE: reference data of a bare query' },
    code: { type: 'boolean', help: 'print the generated JavaScript of each stage too' },
    rate: { type: 'string', help: 'events a second of each input that the cost is told for; default 1000' },
    partitions: { type: 'string', help: 'and in how many partitions each is; default 4' },
    'event-bytes': { type: 'string', help: 'and how many bytes each event has; default 1000' },
    against: { type: 'string', help: 'old query file, job folder or saved plan: tell what becomes of the state of each operator' },
    retention: { type: 'string', help: 'with --against: for how long the hub keeps events; default 1d' },
    json: { type: 'boolean', help: 'print {plan, cost, warnings?, source?} as JSON and nothing else; source with --code' },
  },
  run: async (call) => {
    if (call.values.against !== undefined) return explainAgainst(call);
    const load = loadOf(call);
    const { program, warnings } = querySource(call);
    const { plan, source } = program;
    const { code, json } = call.values;
    if (json) call.print(JSON.stringify({ plan, cost: costOf(plan, load), ...(warnings.length > 0 ? { warnings } : {}), ...(code ? { source } : {}) }, null, 2));
    else {
      call.print(`${planText(plan)}\n\n${costText(plan, load)}`);
      noteWarnings(call, warnings);
    }
    if (code && !json) for (const [stage, text] of Object.entries(source)) call.print(`\n// ${stage}\n${text}`);
    return 0;
  },
};

function loadOf({ values }: Call): Load {
  const count = (name: string, otherwise: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} ${String(values[name])}: a whole number from 1 is needed`);
    return value;
  };
  return { rate: count('rate', 1000), partitions: count('partitions', 4), eventBytes: count('event-bytes', 1000) };
}
