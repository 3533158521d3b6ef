import type { Expr, Operator, Plan } from '../program';
import type { JobDefinition } from './definition';

/** Something that a job may mean, but probably does not. */
export interface Warning {
  code: 'own-document-id';
  /** What, where, why and what to do, as one sentence. */
  message: string;
}

/** What of a job is allowed and easily a mistake. */
export function warningsOf({ definition, program }: { definition: Pick<JobDefinition, 'outputs'>; program: { plan: Plan } }): Warning[] {
  return Object.entries(definition.outputs).flatMap(([name, output]) => {
    if (output.type !== 'cosmos' || output.documentId !== undefined) return [];
    const { names, isOpen } = columnsInto(name, program.plan);
    const own = names.find((column) => column.toLowerCase() === 'id');
    if (own === undefined && !isOpen) return [];
    return [warning('own-document-id', `outputs.${name}: ${own === undefined ? "SELECT * takes over a member 'id' of the events, if they have one, and it" : `the column '${own}'`} becomes the id of the Cosmos DB document: of rows with the same id (and partition key) only the one written last stays. If that is meant, say so with "documentId": "${own ?? 'id'}" in job.json; to keep every row, call the column otherwise (${own ?? 'id'} AS deviceId), and the id is made from where the row comes from`)];
  });
}

function warning(code: Warning['code'], message: string): Warning {
  return { code, message };
}

interface Columns {
  names: string[];
  /** Whether there may be others, which only the events tell. */
  isOpen: boolean;
}

/** Names of the columns that an output gets from all queries that write to it. */
function columnsInto(output: string, plan: Plan): Columns {
  const found = plan.operators.flatMap((op) => (op.kind === 'emit' && op.output.toLowerCase() === output.toLowerCase() ? [columnsOf(op.row, op, plan)] : []));
  return { names: found.flatMap(({ names }) => names), isOpen: found.some(({ isOpen }) => isOpen) };
}

/** Columns of a record that an operator computes. A record that comes from elsewhere than SELECT is as the events are. */
function columnsOf(expr: Expr, at: Operator, plan: Plan): Columns {
  if (expr.kind === 'record') {
    const parts = expr.parts.map((part) => (part.kind === 'member' ? { names: [part.name], isOpen: false } : columnsOf(part.value, at, plan)));
    return { names: parts.flatMap(({ names }) => names), isOpen: parts.some(({ isOpen }) => isOpen) };
  }
  const sources = at.inputs.map((id) => plan.operators[id] as Operator);
  if (expr.kind !== 'register' || sources.length === 0) return { names: [], isOpen: true };
  const found = sources.map((source) => {
    const { index } = expr;
    if (source.kind === 'project') return columnsOf(source.columns[index] as Expr, source, plan);
    // These hand on the registers of what is before them.
    return source.kind === 'filter' || source.kind === 'union' || source.kind === 'exchange' ? columnsOf(expr, source, plan) : { names: [], isOpen: true };
  });
  return { names: found.flatMap(({ names }) => names), isOpen: found.some(({ isOpen }) => isOpen) };
}
