/** LAG, LAST, ISFIRST, anomaly detection, and aggregates OVER (… LIMIT DURATION …): one value per event, computed before WHERE. */
import type { AnalyticCall, Expr } from '../program';
import type { Call, Node } from './ast';
import { bindAggregate, isAggregateName, wholeRow } from './bind-aggregate';
import { bind, type Context } from './context';
import { constantNumber, durationOf, unitOf } from './constants';

const FUNCTIONS = new Set(['lag', 'last', 'isfirst', 'anomalydetection_spikeanddip', 'anomalydetection_changepoint']);

export function isAnalytic(name: string): boolean {
  return FUNCTIONS.has(name);
}

export function isAnalyticCall(node: Node): node is Call {
  if (node.kind !== 'call' || node.name.length !== 1) return false;
  const name = (node.name[0]?.text ?? '').toLowerCase();
  return isAnalytic(name) ? name === 'isfirst' || node.over !== undefined : isAggregateName(name) && node.over?.limit !== undefined;
}

export function bindAnalytic(node: Call, context: Context): AnalyticCall {
  const name = (node.name[0]?.text ?? '').toLowerCase();
  const over = node.over;
  const common = {
    name,
    partitionBy: (over?.partitionBy ?? []).map((key) => bind(key, context)),
    ...(over?.when ? { when: bind(over.when, context) } : {}),
    orderBy: [] as Expr[],
    options: { distinct: false, constants: [], descending: [], type: 'any' as const },
  };
  if (name === 'isfirst') return { ...common, limit: unitOf(node.args[0], node.span, context.diagnostics) * constantNumber(node.args[1], 'the interval of ISFIRST', node.span, context.diagnostics), type: 'bigint' };
  if (!over?.limit) context.diagnostics.add('over-required', node.span, { name, example: `${name.toUpperCase()}(x) OVER (LIMIT DURATION(minute, 1))` });
  const limit = over?.limit ? durationOf(over.limit, context.diagnostics) : 0;
  if (name === 'lag' || name === 'last') return { ...common, ...bindLag(name, node, context), limit };
  if (isAnalytic(name)) context.diagnostics.add('not-implemented', node.span, { what: node.name[0]?.text ?? name });
  if (isAnalytic(name)) return { ...common, limit, ...bindAnomaly(node, context) };
  const { value, orderBy, options, type } = bindAggregate(node, context);
  return { ...common, value, orderBy, options, type, limit };
}

/** LAG(e[, offset[, default]]), LAST(e[, default]); `*` gives the whole event. */
function bindLag(name: 'lag' | 'last', node: Call, context: Context): Pick<AnalyticCall, 'value' | 'offset' | 'fallback' | 'type'> {
  const [what, second, third] = node.args;
  const value = !what || what.kind === 'star' ? wholeRow(context) : bind(what, context);
  const fallback = name === 'lag' ? third : second;
  const offset = name === 'last' ? 0 : second ? constantNumber(second, 'the offset of LAG', node.span, context.diagnostics) : 1;
  return { value, offset, ...(fallback ? { fallback: bind(fallback, context) } : {}), type: value.type };
}

function bindAnomaly(node: Call, context: Context): Pick<AnalyticCall, 'value' | 'options' | 'type'> {
  const constants = node.args.slice(1).map((arg) => {
    const bound = bind(arg, context);
    if (bound.kind !== 'literal') context.diagnostics.add('constant-required', arg.span, { what: 'this argument' });
    return bound.kind === 'literal' ? bound.value : null;
  });
  return { value: node.args[0] && bind(node.args[0], context), options: { distinct: false, constants, descending: [], type: 'float' }, type: 'record' };
}
