import fc from 'fast-check';
import { Diagnostics } from '../../../shared/compiler/diagnostics';
import { parse } from '../../../shared/compiler/parse';
import type { Node, Select } from '../../../shared/compiler/ast';

/** An expression as text with every operator in parentheses. */
function shape(node: Node): string {
  switch (node.kind) {
    case 'binary':
      return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`;
    case 'unary':
      return `(${node.operator} ${shape(node.operand)})`;
    case 'between':
      return `(${shape(node.operand)}${node.negated ? ' not' : ''} between ${shape(node.low)} ${shape(node.high)})`;
    case 'path':
      return node.parts.map((p) => p.text).join('.');
    case 'number':
      return node.text;
    case 'is-null':
      return `(${shape(node.operand)} is${node.negated ? ' not' : ''} null)`;
    case 'like':
      return `(${shape(node.operand)}${node.negated ? ' not' : ''} like ${shape(node.pattern)})`;
    default:
      return node.kind;
  }
}

function where(text: string): string {
  const diagnostics = new Diagnostics();
  const script = parse(`SELECT a FROM input WHERE ${text}`, diagnostics);
  expect(diagnostics.all).toEqual([]);
  return shape((script.queries[0] as Select).where as Node);
}

describe('precedence', () => {
  it.each([
    ['a - b * c - d < e', '(((a - (b * c)) - d) < e)'],
    ['a = 1 OR b = 2 AND NOT c = 3', '((a = 1) or ((b = 2) and (not (c = 3))))'],
    ['a BETWEEN 1 AND 2 AND b', '((a between 1 2) and b)'],
    ['a NOT BETWEEN -1 AND 2 + 3', '(a not between (- 1) (2 + 3))'],
    ['NOT a IS NULL', '(not (a is null))'],
    ['a IS NOT NULL AND b NOT LIKE c', '((a is not null) and (b not like c))'],
    ['a & 1 = 0', '((a & 1) = 0)'],
    ['x.[y z].w !< 1', '(x.y z.w >= 1)'],
  ])('%s', (text, expected) => expect(where(text)).toBe(expected));
});

describe('any text', () => {
  const words = fc.constantFrom('SELECT', 'FROM', 'WHERE', 'GROUP BY', 'WITH', 'AS', '(', ')', ',', '*', 'a', "'x'", '"y"', '[z]', '1.5', '.', 'CASE', 'WHEN', 'END', 'OVER', 'JOIN', 'ON', 'UNION', ';', 'MATCH_RECOGNIZE', 'PATTERN', '|', '{', '}', 'LIMIT DURATION(', 'NOT', '-', '--', '/*');
  it('is read without throwing', () => {
    fc.assert(fc.property(fc.oneof(fc.array(words, { maxLength: 40 }).map((list) => list.join(' ')), fc.string({ maxLength: 80 })), (text) => void parse(text, new Diagnostics())), { numRuns: 2_000 });
  });

  it('nested beyond reason is refused and not a stack overflow', () => {
    const diagnostics = new Diagnostics();
    parse(`SELECT ${'('.repeat(100_000)}a FROM input`, diagnostics);
    expect(diagnostics.all[0]?.code).toBe('unexpected-token');
  });
});
