/** Bicep as plain data, read with the tree-sitter grammar. Only what the files in infra/ use; anything else is an error, never skipped. */
import { readFileSync } from 'node:fs';
import { Language, Parser, type Node } from 'web-tree-sitter';

export type Expression =
  | { kind: 'text'; parts: (string | Expression)[] }
  | { kind: 'literal'; value: number | boolean | null }
  | { kind: 'name'; name: string; line: number }
  | { kind: 'object'; entries: Entry[]; nested: Resource[] }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'call'; function: string; arguments: Expression[]; line: number }
  | { kind: 'member'; of: Expression; property: string }
  | { kind: 'choice'; condition: Expression; then: Expression; else: Expression }
  | { kind: 'lambda'; parameters: string[]; body: Expression }
  | { kind: 'for'; variables: string[]; over: Expression; body: Expression }
  | { kind: 'if'; condition: Expression; body: Expression }
  /** Operators, indexes, parentheses: what they mean does not matter to the checks. */
  | { kind: 'other'; of: Expression[] };

export interface Entry {
  key: Expression & { kind: 'text' };
  value: Expression;
  line: number;
}

export interface Decorator {
  name: string;
  arguments: Expression[];
}

interface Declared {
  name: string;
  decorators: Decorator[];
  line: number;
}

export interface Resource extends Declared {
  kind: 'resource';
  /** As written: `Microsoft.Web/sites@2024-04-01`; of a nested one only the last segment. */
  type: string;
  existing: boolean;
  body: Expression;
}

export type Declaration =
  | (Declared & { kind: 'param'; type: string; fallback?: Expression })
  | (Declared & { kind: 'var'; value: Expression })
  | Resource
  | (Declared & { kind: 'module'; path: string; body: Expression })
  | (Declared & { kind: 'output'; type: string; value: Expression })
  | (Declared & { kind: 'type' });

export interface BicepFile {
  declarations: Declaration[];
  imports: { names: string[]; path: string }[];
}

let parser: Promise<Parser> | undefined;

async function openParser(): Promise<Parser> {
  await Parser.init();
  const opened = new Parser();
  opened.setLanguage(await Language.load(readFileSync(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))));
  return opened;
}

/** Throws with line and column where the text is not Bicep. */
export async function parseBicep(text: string): Promise<BicepFile> {
  const tree = (await (parser ??= openParser())).parse(text);
  if (!tree) throw new Error('nothing was parsed');
  try {
    const wrong = firstError(tree.rootNode);
    if (wrong) throw new Error(`${wrong.startPosition.row + 1}:${wrong.startPosition.column + 1}: not Bicep near ${JSON.stringify(wrong.text.slice(0, 40))}`);
    return fileOf(tree.rootNode);
  } finally {
    tree.delete();
  }
}

const children = (node: Node): Node[] => node.namedChildren.filter((child) => child.type !== 'comment' && child.type !== 'diagnostic_comment');
const lineOf = (node: Node): number => node.startPosition.row + 1;

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  for (const child of node.children) {
    const found = firstError(child);
    if (found) return found;
  }
  return undefined;
}

function fileOf(root: Node): BicepFile {
  const file: BicepFile = { declarations: [], imports: [] };
  let decorators: Decorator[] = [];
  for (const node of children(root)) {
    if (node.type === 'decorators') decorators = children(node).map(decoratorOf);
    else if (node.type === 'import_functionality') file.imports.push({ names: children(node).filter(({ type }) => type === 'identifier').map(({ text }) => text), path: plainText(children(node).at(-1) as Node) });
    else if (node.type !== 'target_scope_assignment') {
      file.declarations.push(declarationOf(node, decorators));
      decorators = [];
    }
  }
  return file;
}

function decoratorOf(node: Node): Decorator {
  const call = expressionOf(children(node)[0] as Node);
  if (call.kind !== 'call') throw new Error(`${lineOf(node)}: a decorator that is no call`);
  return { name: call.function, arguments: call.arguments };
}

function declarationOf(node: Node, decorators: Decorator[]): Declaration {
  const [name, second, third] = children(node) as [Node, Node, Node | undefined];
  const declared = { name: name.text, decorators, line: lineOf(node) };
  switch (node.type) {
    case 'parameter_declaration':
      return { ...declared, kind: 'param', type: second.text, ...(third ? { fallback: expressionOf(third) } : {}) };
    case 'variable_declaration':
      return { ...declared, kind: 'var', value: expressionOf(second) };
    case 'resource_declaration':
      return resourceOf(node, decorators);
    case 'module_declaration':
      return { ...declared, kind: 'module', path: plainText(second), body: expressionOf(third as Node) };
    case 'output_declaration':
      return { ...declared, kind: 'output', type: second.text, value: expressionOf(third as Node) };
    case 'type_declaration':
      return { ...declared, kind: 'type' };
    default:
      throw new Error(`${lineOf(node)}: ${node.type} is not known to the checks`);
  }
}

function resourceOf(node: Node, decorators: Decorator[]): Resource {
  const [name, type, body] = children(node) as [Node, Node, Node];
  return { kind: 'resource', name: name.text, decorators, line: lineOf(node), type: plainText(type), existing: node.children.some((child) => child.text === 'existing'), body: expressionOf(body) };
}

function plainText(node: Node): string {
  const text = expressionOf(node);
  if (text.kind !== 'text' || text.parts.some((part) => typeof part !== 'string')) throw new Error(`${lineOf(node)}: must be plain text`);
  return text.parts.join('');
}

const identifiers = (node: Node): string[] => (node.type === 'identifier' || /^loop_/.test(node.type) ? [node.text] : children(node).flatMap(identifiers));

function expressionOf(node: Node): Expression {
  const own = children(node);
  const [first, second, third] = own as [Node, Node, Node];
  switch (node.type) {
    case 'string':
      return textOf(node);
    case 'number':
      return { kind: 'literal', value: Number(node.text) };
    case 'boolean':
      return { kind: 'literal', value: node.text === 'true' };
    case 'null':
      return { kind: 'literal', value: null };
    case 'identifier':
      return { kind: 'name', name: node.text, line: lineOf(node) };
    case 'object':
      return objectOf(node);
    case 'array':
      return { kind: 'array', items: own.map(expressionOf) };
    case 'call_expression':
      return { kind: 'call', function: first.text, arguments: second ? children(second).map(expressionOf) : [], line: lineOf(node) };
    case 'member_expression':
      return { kind: 'member', of: expressionOf(first), property: second.text };
    case 'resource_expression':
      return { kind: 'member', of: expressionOf(first), property: `::${second.text}` };
    case 'ternary_expression':
      return { kind: 'choice', condition: expressionOf(first), then: expressionOf(second), else: expressionOf(third) };
    case 'lambda_expression':
      return { kind: 'lambda', parameters: own.slice(0, -1).flatMap(identifiers), body: expressionOf(own.at(-1) as Node) };
    case 'for_statement':
      return { kind: 'for', variables: own.slice(0, -2).flatMap(identifiers), over: expressionOf(own.at(-2) as Node), body: expressionOf(own.at(-1) as Node) };
    case 'if_statement':
      return { kind: 'if', condition: expressionOf(first), body: expressionOf(second) };
    case 'binary_expression':
    case 'unary_expression':
    case 'parenthesized_expression':
    case 'subscript_expression':
      return { kind: 'other', of: own.map(expressionOf) };
    default:
      throw new Error(`${lineOf(node)}: ${node.type} is not known to the checks`);
  }
}

function textOf(node: Node): Expression & { kind: 'text' } {
  const parts = children(node).map((part) => (part.type === 'interpolation' ? expressionOf(children(part)[0] as Node) : part.text));
  return { kind: 'text', parts };
}

function objectOf(node: Node): Expression {
  const entries: Entry[] = [];
  const nested: Resource[] = [];
  let decorators: Decorator[] = [];
  for (const child of children(node)) {
    const [key, value] = children(child) as [Node, Node | undefined];
    if (child.type === 'decorators') decorators = children(child).map(decoratorOf);
    else if (key.type === 'resource_declaration') {
      nested.push(resourceOf(key, decorators));
      decorators = [];
    } else entries.push({ key: key.type === 'string' ? textOf(key) : { kind: 'text', parts: [key.text] }, value: expressionOf(value as Node), line: lineOf(child) });
  }
  return { kind: 'object', entries, nested };
}

/** Everything in an expression, itself first; `names` are those that lambdas and loops have bound there. */
export function* walk(expression: Expression, names: readonly string[] = []): Generator<{ expression: Expression; names: readonly string[] }> {
  yield { expression, names };
  for (const { of, names: bound } of parts(expression)) yield* walk(of, [...names, ...bound]);
}

function parts(expression: Expression): { of: Expression; names: readonly string[] }[] {
  const plain = (...of: Expression[]): { of: Expression; names: readonly string[] }[] => of.map((item) => ({ of: item, names: [] }));
  switch (expression.kind) {
    case 'text':
      return plain(...expression.parts.filter((part) => typeof part !== 'string'));
    case 'object':
      return plain(...expression.entries.flatMap(({ key, value }) => [key, value]), ...expression.nested.map(({ body }) => body));
    case 'array':
      return plain(...expression.items);
    case 'call':
      return plain(...expression.arguments);
    case 'member':
      return plain(expression.of);
    case 'choice':
      return plain(expression.condition, expression.then, expression.else);
    case 'lambda':
      return [{ of: expression.body, names: expression.parameters }];
    case 'for':
      return [...plain(expression.over), { of: expression.body, names: expression.variables }];
    case 'if':
      return plain(expression.condition, expression.body);
    case 'other':
      return plain(...expression.of);
    default:
      return [];
  }
}
