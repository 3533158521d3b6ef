import { badRequest } from '../errors';
import type { Expr, Query } from './ast';
import { AGGREGATES, evaluate, type Scope } from './evaluate';
import { lastName } from './parse';
import { canonical, order, type Value } from './values';

/** Runs a query over documents; what is undefined is left out. */
export function runQuery(query: Query, documents: readonly unknown[], parameters: Record<string, Value>): Value[] {
  const scope = { names: {}, parameters, subquery };
  const [first, ...joins] = query.from;
  if (!first) return select(query, [scope]);
  const roots = documents.flatMap((document) => rootRows(first, document, scope));
  return select(query, joins.reduce((rows, join) => rows.flatMap((row) => iterate(join, row)), roots));
}

/** `FROM c` binds the document; `FROM c.tags` and `FROM t IN c.tags` look inside. The container may have any name. */
function rootRows(source: Query['from'][number], document: unknown, scope: Scope): Scope[] {
  const root = rootName(source.source);
  const bound = { ...scope, names: { ...scope.names, [root]: document, root: document } };
  return source.source.kind === 'name' && !source.iterate ? [{ ...scope, names: { [source.alias]: document } }] : iterate(source, bound);
}

function rootName(expr: Expr): string {
  return expr.kind === 'member' ? rootName(expr.base) : expr.kind === 'name' ? expr.name : 'root';
}

function iterate({ alias, source, iterate: each }: Query['from'][number], scope: Scope): Scope[] {
  const value = source.kind === 'subquery' ? subquery(source.query, scope) : evaluate(source, scope);
  const items = each || source.kind === 'subquery' ? (Array.isArray(value) ? value : []) : value === undefined ? [] : [value];
  return items.map((item: unknown) => ({ ...scope, names: { ...scope.names, [alias]: item } }));
}

/** A query inside another: its sources are expressions over the names around it. */
function subquery(query: Query, scope: Scope): Value[] {
  return select(query, query.from.reduce((rows, source) => rows.flatMap((row) => iterate(source, row)), [scope]));
}

function select(query: Query, all: readonly Scope[]): Value[] {
  const rows = query.where ? all.filter((row) => evaluate(query.where as Expr, row) === true) : [...all];
  const aggregates = findAggregates(query);
  let results = aggregates.length > 0 || query.groupBy.length > 0 ? grouped(query, rows, aggregates) : rows;
  if (query.orderBy.length > 0) results = sorted(query, results);
  let values = results.map((row) => project(query, row)).filter((value) => value !== undefined);
  if (query.distinct) values = [...new Map(values.map((value) => [canonical(value), value])).values()];
  const number = (expr: Expr | undefined, fallback: number): number => (expr ? Number(evaluate(expr, { names: {}, parameters: all[0]?.parameters ?? {}, subquery })) : fallback);
  const offset = number(query.offset, 0);
  return values.slice(offset, offset + Math.min(number(query.limit, Infinity), number(query.top, Infinity)));
}

function sorted(query: Query, rows: readonly Scope[]): Scope[] {
  const keyed = rows.map((row) => ({ row, keys: query.orderBy.map(({ expr }) => evaluate(expr, row)) }));
  keyed.sort((a, b) => {
    for (let i = 0; i < query.orderBy.length; i++) {
      const result = order(a.keys[i], b.keys[i]) * (query.orderBy[i]?.descending ? -1 : 1);
      if (result !== 0) return result;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function project({ select: list }: Query, row: Scope): Value {
  if (list.kind === 'value') return evaluate(list.expr, row);
  if (list.kind === 'all') return Object.values(row.names)[0];
  const object: Record<string, unknown> = {};
  list.items.forEach(({ expr, alias }, i) => {
    const value = evaluate(expr, row);
    if (value !== undefined) object[alias ?? lastName(expr) ?? `$${i + 1}`] = value;
  });
  return object;
}

type AggregateCall = Expr & { kind: 'call' };

function findAggregates(query: Query): AggregateCall[] {
  const found: AggregateCall[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Partial<AggregateCall>;
    if (node.kind === 'call' && AGGREGATES.has(node.name ?? '')) found.push(node as AggregateCall);
    else if (!('query' in value)) Object.values(value).forEach(visit);
  };
  visit(query.select);
  visit(query.orderBy);
  return found;
}

/** One row per group, with the results of the aggregates; without GROUP BY a single one, even over nothing. */
function grouped(query: Query, rows: readonly Scope[], aggregates: readonly AggregateCall[]): Scope[] {
  const groups = new Map<string, Scope[]>(query.groupBy.length === 0 ? [['', []]] : []);
  for (const row of rows) {
    const key = canonical(query.groupBy.map((expr) => evaluate(expr, row) ?? null));
    const group = groups.get(query.groupBy.length === 0 ? '' : key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => ({ ...(group[0] ?? { names: {}, parameters: {}, subquery }), aggregates: new Map(aggregates.map((call) => [canonical(call), aggregate(call, group)])) }));
}

function aggregate({ name, args }: AggregateCall, rows: readonly Scope[]): Value {
  const [argument] = args;
  if (!argument) throw badRequest(`${name.toUpperCase()} needs an argument.`);
  const values = rows.map((row) => evaluate(argument, row)).filter((value) => value !== undefined);
  if (name === 'count') return values.length;
  if (name === 'min' || name === 'max') return values.reduce<Value>((best, value) => (best === undefined || order(value, best) * (name === 'min' ? 1 : -1) < 0 ? value : best), undefined);
  if (!values.every((value) => typeof value === 'number')) return undefined;
  const sum = (values as number[]).reduce((a, b) => a + b, 0);
  return name === 'sum' ? sum : values.length === 0 ? undefined : sum / values.length;
}
