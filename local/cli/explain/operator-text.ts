/** One operator of a plan in a line: what it does, and what state it keeps. */
import { greatestCommonDivisor } from '../../../shared/builtins/windows/alignment';
import type { AggregateOperator, ExchangeOperator, JoinOperator, LookupOperator, MatchExpr, MatchOperator, Operator, Pattern, Plan, ScanOperator } from '../../../shared/program';
import { durationText } from './duration-text';
import { aggregateText, analyticText, expressionText, list, membersText, named, type Names } from './expression-text';

/** What the registers of an operator's output are called; a name that occurs twice gets its place, as after a join. */
function namesOf(plan: Plan, id: number | undefined): Names {
  const layout = id === undefined ? [] : (plan.operators[id]?.layout ?? []);
  return layout.map((name, i) => (layout.indexOf(name) === layout.lastIndexOf(name) ? name : `${name}:${layout.slice(0, i + 1).filter((n) => n === name).length}`));
}

/** What it does, without its name. */
export function operatorText(op: Operator, plan: Plan): string {
  const before = namesOf(plan, op.inputs[0]);
  switch (op.kind) {
    case 'scan':
      return scanText(op);
    case 'filter':
      return expressionText(op.predicate, before);
    case 'project':
      return op.columns.map((expr, i) => named(expressionText(expr, before), op.layout[i] ?? '')).join(', ') || 'no columns';
    case 'apply':
      return `${op.mode} apply: a row for each ${op.of === 'elements' ? 'element' : 'property'} of ${op.collection.kind === 'call' ? list(op.collection.args, before) : expressionText(op.collection, before)}`;
    case 'lookup':
      return lookupText(op, before);
    case 'analytic':
      return op.calls.map((call) => analyticText(call, before)).join(', ');
    case 'aggregate':
      return aggregation(op, before);
    case 'join':
      return joinText(op, plan);
    case 'match':
      return matchText(op, before);
    case 'union':
      return `all rows of ${op.inputs.join(' and ')}`;
    case 'exchange':
      return exchangeText(op, before);
    case 'emit':
      return `${op.output}: ${membersText(op.row, before)}`;
  }
}

const by = (keys: string): string => (keys === '' ? '' : ` by ${keys}`);

function scanText(op: ScanOperator): string {
  const columns = op.columns.map((column) => (column.from === 'record' ? '*' : column.type ? `${column.name} ${column.type}` : column.name));
  const time = op.timestamp ? `time is ${expressionText(op.timestamp, op.layout)}` : 'time is the arrival';
  return `${op.input}: ${columns.length > 0 ? `reads ${columns.join(', ')}` : 'reads no column'}; ${time}${op.over.length > 0 ? `, in order for each ${list(op.over, op.layout)}` : ''}`;
}

function lookupText(op: LookupOperator, before: Names): string {
  const own = op.columns.map((column) => column.name);
  const keys = op.streamKey.map((key, i) => `${expressionText(key, before)} = ${op.reference}.${expressionText(op.referenceKey[i] as typeof key, own)}`);
  const rest = op.residual ? [expressionText(op.residual, [...before, ...own.map((name) => `${op.reference}.${name}`)])] : [];
  return `${op.join} join with reference data ${op.reference} on ${[...keys, ...rest].join(' AND ') || 'every row'}${keys.length === 0 ? ' (tries every row: no equal keys)' : ''}`;
}

function aggregation(op: AggregateOperator, before: Names): string {
  const phase = { whole: '', partial: 'in part: ', final: 'finish: ' }[op.phase];
  // A final aggregate gets states: what they are of is told by the one in part.
  const calls = op.phase === 'final' ? op.aggregates.map((call) => call.name.toUpperCase()) : op.aggregates.map((call) => aggregateText(call, before));
  return `${phase}${calls.join(', ') || 'groups'}${by(list(op.keys, before))}, ${op.windows.map((w) => windowText(w, before)).join(' and ')}${fromRows(op)}`;
}

/** Why an aggregate is not computed in parts where its rows are. */
function fromRows(op: AggregateOperator): string {
  const scripts = op.aggregates.filter((call) => call.script !== undefined).map((call) => call.name);
  return scripts.length > 0 ? ` (from all rows in order of time: ${scripts.join(', ')} cannot be computed in parts)` : '';
}

function windowText(w: AggregateOperator['windows'][number], before: Names): string {
  const id = w.id === undefined ? '' : ` '${w.id}'`;
  switch (w.kind) {
    case 'snapshot':
      return `events of one instant${id}`;
    case 'session':
      return `sessions${id} with a timeout of ${durationText(w.timeout)}, checked for their length every ${durationText(w.maxDuration)}${by(list(w.partitionBy, before))}`;
    case 'hopping':
      return `windows${id} of ${durationText(w.size)} every ${durationText(w.hop)}`;
    default:
      return `${w.kind} windows${id} of ${durationText(w.size)}`;
  }
}

function joinText(op: JoinOperator, plan: Plan): string {
  const [left, right] = op.inputs.map((id) => namesOf(plan, id)) as [Names, Names];
  const keys = op.leftKey.map((key, i) => `left.${expressionText(key, left)} = right.${expressionText(op.rightKey[i] as typeof key, right)}`);
  const all = [...left.map((name) => `left.${name}`), 'left time', ...right.map((name) => `right.${name}`), 'right time'];
  const test = op.residual ? [expressionText(op.residual, all)] : [];
  return `${op.join} join of ${op.inputs[0]} (left) and ${op.inputs[1]} (right) on ${[...keys, ...test].join(' AND ')}`;
}

function matchText(op: MatchOperator, before: Names): string {
  const valueText = (value: MatchExpr): string => (value.kind === 'classifier' ? 'CLASSIFIER()' : `${value.function.toUpperCase()}(${value.variable === null ? '' : `${value.variable}.`}${before[value.index] ?? ''})`);
  const over = (values: readonly MatchExpr[]): Names => [...before, ...values.map(valueText)];
  const defines = op.defines.map(({ variable, predicate, values }) => `${variable}: ${expressionText(predicate, over(values))}`);
  const measures = op.measures.map(({ name, value, values }) => named(expressionText(value, over(values)), name));
  return `${patternText(op.pattern)} within ${durationText(op.limit)}${by(list(op.partitionBy, before))}${defines.length > 0 ? `, where ${defines.join('; ')}` : ''}, giving ${measures.join(', ')}`;
}

function patternText(pattern: Pattern): string {
  switch (pattern.kind) {
    case 'any':
      return '.';
    case 'variable':
      return pattern.name;
    case 'sequence':
    case 'choice':
      return `(${pattern.parts.map(patternText).join(pattern.kind === 'choice' ? ' | ' : ' ')})`;
    case 'repeat': {
      const { min, max } = pattern;
      const times = max === null ? (min === 0 ? '*' : min === 1 ? '+' : `{${min},}`) : min === 0 && max === 1 ? '?' : `{${min},${max}}`;
      return `${patternText(pattern.part)}${times}`;
    }
  }
}

function exchangeText(op: ExchangeOperator, before: Names): string {
  if (op.route === 'partition') return `to ${op.to}, each row to its own partition`;
  return op.route === 'hash' ? `to ${op.to}, rows of one ${list(op.key, before)} together` : `to ${op.to}, all rows together`;
}

/** What it keeps between batches; empty for an operator without state. */
export function stateText(op: Operator): string {
  switch (op.kind) {
    case 'aggregate':
      return op.windows.map((w) => windowState(w, op)).filter((text, i, all) => all.indexOf(text) === i).join(' and ');
    case 'join':
      return `the left rows of ${durationText(Math.max(0, op.upper))} and the right rows of ${durationText(Math.max(0, -op.lower))}`;
    case 'analytic':
      return op.calls.every((call) => call.name === 'isfirst') ? 'the last interval of each key' : `${durationText(Math.max(...op.calls.map((call) => call.limit)))} of values per key`;
    case 'match':
      return `${durationText(op.limit)} of rows per key`;
    case 'union':
      return op.stage.startsWith('ingest.') ? '' : 'rows until all sides have come as far';
    default:
      return '';
  }
}

const GATHERS = new Set(['collect', 'collecttop', 'topone', 'percentile_cont', 'percentile_disc']);

function windowState(w: AggregateOperator['windows'][number], op: AggregateOperator): string {
  const gathered = op.aggregates.filter((call) => GATHERS.has(call.name) || call.options.distinct).map((call) => call.name.toUpperCase());
  const scripts = op.aggregates.filter((call) => call.script !== undefined).map((call) => call.name);
  const whole = scripts.length > 0 ? `, from rows in order of time: ${scripts.join(', ')} cannot be merged from parts` : '';
  const note = (gathered.length > 0 ? ` (${gathered.join(', ')} holds the values themselves)` : '') + whole;
  if (w.kind === 'sliding') return `the rows of the last ${durationText(w.size)}${whole}`;
  if (w.kind === 'session') return `an accumulator per key and open session${note}`;
  if (w.kind === 'hopping' && whole !== '') return `an accumulator per key for each of the ${Math.ceil(w.size / w.hop)} open windows${note}`;
  if (w.kind !== 'hopping') return `an accumulator per key and open window${note}`;
  const pane = greatestCommonDivisor(w.size, w.hop);
  return `an accumulator per key and ${durationText(pane)}, ${w.size / pane} for each window${note}`;
}
