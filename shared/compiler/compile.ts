/**
 * The compiler's table of contents: text → tree → graph → stages → plan → program.
 */
import type { Program, RecordPart, Expr } from '../program';
import type { Query, Select, Script } from './ast';
import { bindExpression } from './bind-expression';
import { bindQuery } from './bind-select';
import { checkDeclarations, declaredColumns } from './declared';
import { Diagnostics, nearest } from './diagnostics';
import { finish } from './finish';
import { generate } from './generate';
import { Graph } from './graph';
import { parse } from './parse';
import { place } from './place';
import { prune } from './prune';
import type { Binding, StepResult } from './relation';
import { NO_FUNCTIONS, type UserFunctions } from './user-functions';

export interface InputDeclaration {
  name: string;
  kind: 'stream' | 'reference';
  /** The payload column by which the input's partitions are chosen. */
  partitionKey?: string;
  /** Members of the events' metadata that are columns too, for example `IoTHub`. They hide payload columns of the same name. */
  metadataColumns?: readonly string[];
}

export interface CompileOptions {
  inputs: InputDeclaration[];
  /** The outputs that the job declares; absent: any name is one. */
  outputs?: string[];
  /** Shards of stages that are grouped by a key; default 1. */
  shards?: number;
  /** Whether the job drops events that are out of order. */
  dropsOutOfOrder?: boolean;
  /** Compatibility level 1.0 reads and writes all names in lower case, and ISO 8601 text as datetime. */
  lowerCaseNames?: boolean;
  /** User-defined functions and aggregates; absent: there are none. */
  udf?: UserFunctions;
  /** The query's name in messages; default `query.saql`. */
  name?: string;
}

/** Compiles a query; throws QuerySyntaxError with all findings. */
export function compile(source: string, options: CompileOptions): Program {
  const diagnostics = new Diagnostics(source);
  const script = parse(source, diagnostics);
  if (script.incomplete) diagnostics.throwIfAny(source, options.name ?? 'query.saql');
  const bound = bindScript(script, options, diagnostics);
  diagnostics.throwIfAny(source, options.name ?? 'query.saql');
  const placed = new Graph();
  placed.columns.push(...bound.columns);
  place(bound, placed, {
    shards: options.shards ?? 1,
    partitionKeys: new Map(options.inputs.flatMap((i) => (i.partitionKey ? [[i.name.toLowerCase(), i.partitionKey] as const] : []))),
    dropsOutOfOrder: options.dropsOutOfOrder ?? false,
  });
  const plan = finish(prune(placed), options.inputs.map(({ name, kind }) => ({ name, kind })), options.shards ?? 1);
  return { plan, ...generate(plan, options.udf ?? NO_FUNCTIONS) };
}

/** The outputs that a query writes, as it names them. Throws QuerySyntaxError when it cannot be parsed. */
export function outputsOf(source: string, name: string): string[] {
  const diagnostics = new Diagnostics();
  const { queries } = parse(source, diagnostics);
  diagnostics.throwIfAny(source, name);
  return [...new Set(queries.map((query) => selectsOf(query).find((select) => select.into)?.into?.name.text ?? DEFAULT_OUTPUT))];
}

function bindScript(script: Script, options: CompileOptions, diagnostics: Diagnostics): Graph {
  const graph = new Graph();
  const binding: Binding = {
    graph,
    diagnostics,
    binder: bindExpression,
    functions: options.udf ?? NO_FUNCTIONS,
    inputs: new Map(options.inputs.map((input) => [input.name.toLowerCase(), input])),
    declared: (input) => declaredColumns(script.tables, input, diagnostics),
    firstLevel: options.lowerCaseNames ?? false,
    steps: new Map(),
    scans: new Map(),
  };
  checkDeclarations(script.tables, options.inputs.map((input) => input.name), diagnostics);
  for (const step of script.steps) {
    const name = step.name.text.toLowerCase();
    if (binding.steps.has(name)) diagnostics.add('duplicate-step', step.name.span, { name: step.name.text });
    for (const select of selectsOf(step.query)) if (select.into) diagnostics.add('into-in-step', select.into.name.span, {});
    const result = bindQuery(step.query, binding);
    binding.steps.set(name, result);
  }
  for (const query of script.queries) emit(query, bindQuery(query, binding), { graph, options, diagnostics });
  return graph;
}

function selectsOf(query: Query): Select[] {
  return query.kind === 'select' ? [query] : [...selectsOf(query.left), ...selectsOf(query.right)];
}

function emit(query: Query, result: StepResult, at: { graph: Graph; options: CompileOptions; diagnostics: Diagnostics }): void {
  const register = (column: number): Expr => ({ kind: 'register', index: column, type: at.graph.columns[column]?.type ?? 'any' });
  const row: Expr = 'record' in result.columns ? register(result.columns.record) : { kind: 'record', parts: result.columns.map(({ name, column }): RecordPart => ({ kind: 'member', name: at.options.lowerCaseNames ? name.toLowerCase() : name, value: register(column) })), type: 'record' };
  at.graph.add({ kind: 'emit', inputs: [result.operator], output: outputName(query, at.options, at.diagnostics), row, outputs: [] });
}

/** Where a query without INTO writes. */
const DEFAULT_OUTPUT = 'output';

/** Names are matched without regard to case. A UNION is written to the output that one of its sides names. */
function outputName(query: Query, { outputs }: CompileOptions, diagnostics: Diagnostics): string {
  const [into, ...others] = selectsOf(query).flatMap((select) => (select.into ? [select.into.name] : []));
  const written = into?.text ?? DEFAULT_OUTPUT;
  const other = others.find((name) => name.text.toLowerCase() !== written.toLowerCase());
  if (other) diagnostics.add('union-outputs', other.span, { left: written, right: other.text });
  if (!outputs) return written;
  const found = outputs.find((name) => name.toLowerCase() === written.toLowerCase());
  if (found === undefined) diagnostics.add('unknown-output', into?.span ?? query.span, { name: written, nearest: nearest(written, outputs), known: outputs.join(', ') });
  return found ?? written;
}
