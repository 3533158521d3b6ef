import { scalars } from '../builtins/scalars/registry';
import type { Expr } from '../program';
import type { Node } from './ast';
import type { Diagnostics } from './diagnostics';
import type { Scope } from './scope';
import type { UserFunctions } from './user-functions';

/** Where an expression stands: what names mean, and who gets to look at a node first (aggregates, group keys, pattern variables). */
export interface Context {
  scope: Scope;
  diagnostics: Diagnostics;
  functions: UserFunctions;
  /** Answers for a node in the binder's place; undefined lets it go on. */
  intercept?: (node: Node) => Expr | undefined;
  /** Binds any expression; see {@link bind}. */
  binder: (node: Node, context: Context) => Expr;
  /** For messages: "WHERE", "SELECT". */
  where: string;
  /** Over the groups of a window and not over rows. */
  grouped?: boolean;
}

export const NULL: Expr = { kind: 'literal', value: null, type: 'null' };

export function text(value: string): Expr {
  return { kind: 'literal', value, type: 'nvarchar(max)' };
}

/** A call of a scalar by its own name; the result type follows from the arguments. */
export function call(name: string, ...args: Expr[]): Expr {
  const rule = scalars.get(name)?.result ?? 'any';
  const type = typeof rule === 'string' ? rule : rule(args.map((arg) => arg.type));
  return { kind: 'call', name, args, type };
}

/** Binds an expression. The binders of calls and of expressions need each other; the context carries the way back. */
export function bind(node: Node, context: Context): Expr {
  return context.binder(node, context);
}

export function number(digits: string, isFloat: boolean): Expr {
  if (isFloat) return { kind: 'literal', value: Number(digits), type: 'float' };
  const value = Number(digits);
  return Number.isSafeInteger(value) ? { kind: 'literal', value, type: 'bigint' } : { kind: 'bigliteral', digits, type: 'bigint' };
}

/** `System.Timestamp`, with parentheses or without. */
export function isSystemTimestamp(node: Node): boolean {
  const parts = node.kind === 'path' ? node.parts : node.kind === 'call' && node.args.length === 0 ? node.name : [];
  return parts.length === 2 && parts.map((p) => p.text.toLowerCase()).join('.') === 'system.timestamp';
}
