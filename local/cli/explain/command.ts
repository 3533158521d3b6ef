import type { Command } from '../command';
import { explainAgainst } from '../explain-against';
import { querySource } from '../query-source';
import { planText } from './plan-text';

export const explain: Command = {
  name: 'explain',
  usage: 'weir explain (--job DIR | --query FILE --input A=…) [--code] [--against OLD] [--json]',
  summary: 'show the plan of a query: stages, operators, what state each keeps, how much work it is',
  options: {
    job: { type: 'string', help: 'job folder' },
    query: { type: 'string', help: 'query file, without a job' },
    input: { type: 'string', multiple: true, help: 'NAME=: an input of a bare query' },
    reference: { type: 'string', multiple: true, help: 'NAME=FILE: reference data of a bare query' },
    code: { type: 'boolean', help: 'print the generated JavaScript of each stage too' },
    against: { type: 'string', help: 'old query file, job folder or saved plan: tell what becomes of the state of each operator' },
    retention: { type: 'string', help: 'with --against: for how long the hub keeps events; default 1d' },
    json: { type: 'boolean', help: 'print {plan, source?} as JSON and nothing else; source with --code' },
  },
  run: async (call) => {
    if (call.values.against !== undefined) return explainAgainst(call);
    const { plan, source } = querySource(call).program;
    const { code, json } = call.values;
    if (json) call.print(JSON.stringify({ plan, ...(code ? { source } : {}) }, null, 2));
    else call.print(planText(plan));
    if (code && !json) for (const [stage, text] of Object.entries(source)) call.print(`\n// ${stage}\n${text}`);
    return 0;
  },
};
