import type { Operator, Plan } from '../../shared/program';
import { TICKS_PER_SECOND } from '../../shared/values/ticks';
import type { Command } from './command';
import { explainAgainst } from './explain-against';
import { querySource } from './query-source';

export const explain: Command = {
  name: 'explain',
  usage: 'weir explain (--job DIR | --query FILE --input A=…) [--code] [--against OLD] [--json]',
  summary: 'show the plan of a query: stages, operators, what state each keeps',
  options: {
    job: { type: 'string', help: 'job folder' },
    query: { type: 'string', help: 'query file, without a job' },
    input: { type: 'string', multiple: true, help: 'NAME=: an input of a bare query' },
    reference: { type: 'string', multiple: true, help: 'NAME=FILE: reference data of a bare query' },
    code: { type: 'boolean', help: 'print the generated JavaScript too' },
    against: { type: 'string', help: 'old query file, job folder or saved plan: tell what becomes of the state of each operator' },
    retention: { type: 'string', help: 'with --against: for how long the hub keeps events; default 1d' },
    json: { type: 'boolean', help: 'print the plan as JSON' },
  },
  run: async (call) => {
    if (call.values.against !== undefined) return explainAgainst(call);
    const { program } = querySource(call);
    if (call.values.json) call.print(JSON.stringify(program.plan, null, 2));
    else call.print(planText(program.plan));
    if (call.values.code) for (const [stage, text] of Object.entries(program.source)) call.print(`\n// ${stage}\n${text}`);
    return 0;
  },
};

/** A stage a paragraph, an operator a line. */
export function planText(plan: Plan): string {
  return plan.stages
    .map((stage) => {
      const where = { ingest: 'in the trigger', partition: 'one durable entity per partition', group: stage.shards === 1 ? 'one durable entity' : `${stage.shards} durable entities` }[stage.kind];
      const lines = stage.operators.map((id) => `  ${id} ${operatorText(plan.operators[id] as Operator)}`);
      return [`${stage.id}: ${where}`, ...lines].join('\n');
    })
    .join('\n\n');
}

function operatorText(op: Operator): string {
  const from = op.inputs.length > 0 ? ` ← ${op.inputs.join(', ')}` : '';
  return `${describe(op)}${from}${stateOf(op)}`;
}

function describe(op: Operator): string {
  switch (op.kind) {
    case 'scan':
      return `scan ${op.input} (${op.layout.join(', ')})${op.timestamp ? ' by its own time' : ' by arrival'}`;
    case 'aggregate':
      return `aggregate ${op.phase} ${op.aggregates.map((a) => a.name).join(', ')} · ${op.keys.length} keys · ${op.windows.map(windowText).join(', ')}`;
    case 'exchange':
      return `exchange to ${op.to} (${op.route})`;
    case 'emit':
      return `emit ${op.output}`;
    case 'lookup':
      return `lookup ${op.reference} (${op.join})`;
    case 'join':
      return `${op.join} join within ${seconds(op.lower)} to ${seconds(op.upper)}`;
    case 'analytic':
      return `analytic ${op.calls.map((c) => c.name).join(', ')}`;
    default:
      return op.kind;
  }
}

const seconds = (ticks: number): string => `${ticks / TICKS_PER_SECOND} s`;

function windowText(w: Extract<Operator, { kind: 'aggregate' }>['windows'][number]): string {
  if (w.kind === 'snapshot') return 'snapshot';
  if (w.kind === 'session') return `session ${seconds(w.timeout)}, at most ${seconds(w.maxDuration)}`;
  return w.kind === 'hopping' ? `hopping ${seconds(w.size)} every ${seconds(w.hop)}` : `${w.kind} ${seconds(w.size)}`;
}

/** Why an aggregate is not computed in parts where its rows are. */
function regrouped(op: Extract<Operator, { kind: 'aggregate' }>): string {
  const scripts = op.aggregates.filter((a) => a.script !== undefined).map((a) => a.name);
  return scripts.length > 0 ? ` · from rows in order of time, not from partial results: ${scripts.join(', ')} cannot be merged` : '';
}

function stateOf(op: Operator): string {
  switch (op.kind) {
    case 'aggregate':
      return `${op.windows.some((w) => w.kind === 'sliding') ? ' · keeps the rows of the window' : ' · keeps one accumulator per open window and key'}${regrouped(op)}`;
    case 'join':
      return ' · keeps the rows of both sides within the bounds';
    case 'analytic':
      return ` · keeps ${seconds(Math.max(...op.calls.map((c) => c.limit)))} of history per key`;
    case 'match':
      return ` · keeps ${seconds(op.limit)} of rows per key`;
    default:
      return '';
  }
}
