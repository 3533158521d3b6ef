import type { ExchangeOperator, Operator, Plan, Stage } from '../../../shared/program';
import { durationText } from './duration-text';
import { operatorText, stateText } from './operator-text';

/** What a query needs, its stages in the order in which rows pass them with an operator a line, and how much work they are. */
export function planText(plan: Plan): string {
  const stages = inOrder(plan.stages);
  return [head(plan), ...stages.map((stage) => stageText(stage, plan)), workText(stages, plan)].join('\n\n');
}

function head({ inputs, outputs, horizon }: Plan): string {
  const used = inputs.map(({ name, kind }) => (kind === 'reference' ? `${name} (reference data)` : name));
  return [`inputs:   ${used.join(', ')}`, `outputs:  ${outputs.join(', ')}`, `looks back ${durationText(horizon)} of event time`].join('\n');
}

/** A stage stands behind all that feed it. */
function inOrder(stages: readonly Stage[]): Stage[] {
  const ordered: Stage[] = [];
  while (ordered.length < stages.length) {
    const next = stages.find((stage) => !ordered.includes(stage) && stage.upstream.every((id) => ordered.some((known) => known.id === id)));
    if (!next) throw new Error('the stages of the plan feed each other in a circle');
    ordered.push(next);
  }
  return ordered;
}

function stageText(stage: Stage, plan: Plan): string {
  const operators = stage.operators.map((id) => plan.operators[id] as Operator);
  const kind = Math.max(...operators.map((op) => op.kind.length));
  const lines = operators.flatMap((op) => {
    const from = op.inputs.length > 0 && op.kind !== 'union' && op.kind !== 'join' ? `  ← ${op.inputs.join(', ')}` : '';
    const state = stateText(op);
    return [`  ${String(op.id).padStart(3)} ${op.kind.padEnd(kind)}  ${operatorText(op, plan)}${from}`, ...(state === '' ? [] : [`      ${' '.repeat(kind)}  keeps ${state}`])];
  });
  return [`${stage.id}: ${placeText(stage)}`, ...lines].join('\n');
}

function placeText(stage: Stage): string {
  if (stage.kind === 'ingest') return `in the trigger of ${stage.input}, keeps nothing`;
  if (stage.kind === 'partition') return `a durable entity for each partition of ${stage.input}`;
  return stage.shards === 1 ? 'one durable entity' : `${stage.shards} durable entities, each with a share of the keys`;
}

/** Operations of durable entities, which are what a job costs besides the trigger itself. */
function workText(stages: readonly Stage[], plan: Plan): string {
  const whose = (stage: Stage): string => (stage.kind === 'partition' ? 'its entity' : `${stage.id}${stage.shards > 1 ? ' for each shard that gets rows' : ''}`);
  const lines = stages.flatMap((stage) => stage.upstream.map((id) => `  ${occasion(stage, id, plan)}: 1 operation of ${whose(stage)}`));
  return lines.length === 0 ? 'work: none besides the trigger' : ['work:', ...new Set(lines)].join('\n');
}

function occasion(stage: Stage, upstream: string, plan: Plan): string {
  const exchanges = stage.entries.map((id) => plan.operators[id] as ExchangeOperator).filter((op) => op.stage === upstream);
  const inParts = exchanges.every((op) => {
    const source = plan.operators[op.inputs[0] as number];
    return source?.kind === 'aggregate' && source.phase === 'partial' && source.windows.every((w) => w.kind !== 'snapshot');
  });
  if (upstream.startsWith('ingest.')) return `each batch of events of a partition of ${upstream.slice('ingest.'.length)}`;
  return inParts ? `each window that closes in ${upstream}` : `each operation of ${upstream} that moves time on`;
}
