import type { Expr } from '../program';
import type { StaticType } from '../values/value';
import type { Name, Node } from './ast';
import { bindCall } from './bind-call';
import { NULL, bind, call, isSystemTimestamp, number, text, type Context } from './context';
import { typeNamed } from './declared';
import { nearest } from './diagnostics';

const OPERATORS: Record<string, string> = {
  '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo', '&': 'bitand', '|': 'bitor', '^': 'bitxor',
  '=': 'equal', '<>': 'notequal', '<': 'less', '<=': 'lessorequal', '>': 'greater', '>=': 'greaterorequal',
};

/** Binds an expression: names become registers, words become functions, types become known where they can be. */
export function bindExpression(node: Node, context: Context): Expr {
  const answered = context.intercept?.(node);
  if (answered) return answered;
  switch (node.kind) {
    case 'null':
      return NULL;
    case 'number':
      return bindNumber(node, context);
    case 'string':
      return text(node.value);
    case 'path':
      return bindPath(node.parts, node, context);
    case 'member':
      return { kind: 'field', base: bind(node.base, context), name: node.name.text, type: 'any' };
    case 'call':
      return bindCall(node, context);
    case 'star':
      context.diagnostics.add('unexpected-token', node.span, { found: "'*'", expected: 'an expression' });
      return NULL;
    case 'case':
      return bindCase(node, context);
    case 'cast': {
      const type = typeNamed(node.type, context.diagnostics);
      return { kind: 'call', name: node.safe ? 'try_cast' : 'cast', args: [bind(node.operand, context), text(type)], type };
    }
    default:
      return bindOperator(node, context);
  }
}

function bindNumber(node: Node & { kind: 'number' }, context: Context): Expr {
  if (!node.isFloat && BigInt(node.text) > 2n ** 63n - 1n) context.diagnostics.add('bad-literal', node.span, { text: node.text });
  return number(node.text, node.isFloat);
}

function bindPath(parts: readonly Name[], node: Node, context: Context): Expr {
  const [first, second] = parts;
  if (isSystemTimestamp(node)) return { kind: 'timestamp', type: 'datetime' };
  if (parts.length === 1 && first?.quoted === 'double' && !context.scope.hasStatic(first.text)) return text(first.text);
  if (second && first?.text.toLowerCase() === 'system' && first.quoted === 'none' && !context.scope.source('system')) {
    context.diagnostics.add('unknown-function', node.span, { name: parts.map((p) => p.text).join('.'), nearest: nearest(parts.map((p) => p.text).join('.'), ['System.Timestamp', 'System.Window().Id']) });
    return NULL;
  }
  return context.scope.resolve(parts, node.span);
}

function bindCase(node: Node & { kind: 'case' }, context: Context): Expr {
  if (!node.otherwise) context.diagnostics.add('else-required', node.span, {});
  const operand = node.operand && bind(node.operand, context);
  const branches = node.branches.map(({ when, then }) => {
    const condition = bind(when, context);
    return { when: operand ? call('equal', operand, condition) : condition, then: bind(then, context) };
  });
  const otherwise = node.otherwise ? bind(node.otherwise, context) : NULL;
  return { kind: 'case', branches, otherwise, type: commonType([...branches.map((b) => b.then.type), otherwise.type]) };
}

function commonType(types: StaticType[]): StaticType {
  const known = types.filter((type) => type !== 'null');
  return known.length === 0 ? 'null' : known.every((type) => type === known[0]) ? (known[0] as StaticType) : 'any';
}

type Operation = Extract<Node, { kind: 'unary' | 'binary' | 'between' | 'in' | 'like' | 'is-null' }>;

function bindOperator(node: Operation, context: Context): Expr {
  const operand = (child: Node): Expr => bind(child, context);
  switch (node.kind) {
    case 'unary':
      return bindUnary(node, context);
    case 'binary':
      if (node.operator === 'and' || node.operator === 'or') return { kind: node.operator, left: operand(node.left), right: operand(node.right), type: 'bit' };
      return binary(OPERATORS[node.operator] as string, operand(node.left), operand(node.right));
    case 'between': {
      const value = operand(node.operand);
      const within: Expr = { kind: 'and', left: call('greaterorequal', value, operand(node.low)), right: call('lessorequal', value, operand(node.high)), type: 'bit' };
      return negated(node.negated, within);
    }
    case 'in': {
      const value = operand(node.operand);
      const tests = node.items.map((item) => call('equal', value, operand(item)));
      return negated(node.negated, anyOf(tests));
    }
    case 'like':
      if (node.escape?.kind === 'string' && node.escape.value.length !== 1) context.diagnostics.add('argument-value', node.escape.span, { what: 'ESCAPE', allowed: 'one character' });
      return negated(node.negated, call('like', operand(node.operand), operand(node.pattern), ...(node.escape ? [operand(node.escape)] : [])));
    case 'is-null':
      return negated(node.negated, call('is_null', operand(node.operand)));
  }
}

/** As a tree of little height, so that a list may be long. */
function anyOf(tests: readonly Expr[]): Expr {
  if (tests.length === 1) return tests[0] as Expr;
  const middle = tests.length >> 1;
  return { kind: 'or', left: anyOf(tests.slice(0, middle)), right: anyOf(tests.slice(middle)), type: 'bit' };
}

const WITH_FLOATS = new Set(['add', 'subtract', 'multiply', 'divide']);

/** A float stays one though its value may be whole: `x / 2.0` does not drop the fraction. */
function binary(name: string, left: Expr, right: Expr): Expr {
  const float = (left.type === 'float' || right.type === 'float') && left.type !== 'nvarchar(max)' && right.type !== 'nvarchar(max)';
  return call(float && WITH_FLOATS.has(name) ? `${name}_float` : name, left, right);
}

function bindUnary(node: Node & { kind: 'unary' }, context: Context): Expr {
  const operand = bind(node.operand, context);
  if (node.operator === 'not') return negated(true, operand);
  if (node.operator === '+') return operand;
  if (node.operator === '~') return call('bitnot', operand);
  // A negative literal stays a literal, so that it can be a constant argument.
  return operand.kind === 'literal' && typeof operand.value === 'number' ? { ...operand, value: -operand.value } : call('negate', operand);
}

function negated(yes: boolean, operand: Expr): Expr {
  return yes ? { kind: 'not', operand, type: 'bit' } : operand;
}
