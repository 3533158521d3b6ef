/** The syntax tree: plain data, a union on `kind`, every node with its span. Names are kept as written. */

/** Offsets into the query text, end exclusive. */
export interface Span {
  start: number;
  end: number;
}

export interface Script {
  /** Declarations or steps could not be read: what refers to them cannot be judged. */
  incomplete: boolean;
  tables: CreateTable[];
  steps: Step[];
  queries: Query[];
}

export interface CreateTable {
  kind: 'create-table';
  name: Name;
  columns: { name: Name; type: TypeName }[];
  span: Span;
}

export interface TypeName {
  name: string;
  span: Span;
}

export interface Name {
  text: string;
  /** `double` may mean a column or a string literal: the binder decides. */
  quoted: 'none' | 'bracket' | 'double';
  span: Span;
}

export interface Step {
  name: Name;
  query: Query;
  span: Span;
}

export type Query = Select | Union;

export interface Union {
  kind: 'union';
  left: Query;
  right: Query;
  span: Span;
}

export interface Select {
  kind: 'select';
  items: SelectItem[];
  into?: { name: Name; shards?: number };
  from: Source;
  /** Joins and applies in the order written. */
  joins: (Join | Apply)[];
  where?: Node;
  groupBy: Node[];
  having?: Node;
  span: Span;
}

export type SelectItem =
  | { kind: 'expression'; expr: Node; alias?: Name; span: Span }
  /** `*`, `alias.*` or `record.path.*` (path empty for `*`). */
  | { kind: 'star'; path: Name[]; span: Span };

export interface Source {
  name: Name;
  alias?: Name;
  timestampBy?: { expr: Node; over: Node[] };
  partitionBy?: { keys: Node[]; into?: number };
  match?: MatchRecognize;
  span: Span;
}

export interface Join {
  kind: 'join';
  join: 'inner' | 'left';
  source: Source;
  on: Node;
  span: Span;
}

export interface Apply {
  kind: 'apply';
  mode: 'cross' | 'outer';
  call: Call;
  alias: Name;
  span: Span;
}

export interface MatchRecognize {
  limit: Duration;
  partitionBy: Node[];
  measures: { expr: Node; alias: Name }[];
  pattern: PatternNode;
  defines: { variable: Name; predicate: Node }[];
  alias?: Name;
  span: Span;
}

export type PatternNode =
  | { kind: 'variable'; name: string }
  | { kind: 'any' }
  | { kind: 'sequence' | 'choice'; parts: PatternNode[] }
  | { kind: 'repeat'; part: PatternNode; min: number; max: number | null };

export interface Duration {
  unit: string;
  amount: number;
  span: Span;
}

export interface Over {
  partitionBy: Node[];
  orderBy: { expr: Node; descending: boolean }[];
  limit?: Duration;
  when?: Node;
  span: Span;
}

export interface Call {
  kind: 'call';
  /** `udf.x` and `System.Timestamp` have two parts. */
  name: Name[];
  args: Node[];
  distinct: boolean;
  over?: Over;
  span: Span;
}

export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^'
  | '=' | '<>' | '<' | '<=' | '>' | '>='
  | 'and' | 'or';

/** Expressions. */
export type Node =
  | { kind: 'null'; span: Span }
  | { kind: 'number'; text: string; isFloat: boolean; span: Span }
  | { kind: 'string'; value: string; span: Span }
  | { kind: 'path'; parts: Name[]; span: Span }
  | { kind: 'star'; span: Span }
  /** A member of a call's result: `System.Window().Id`. */
  | { kind: 'member'; base: Node; name: Name; span: Span }
  | Call
  | { kind: 'unary'; operator: '-' | '+' | '~' | 'not'; operand: Node; span: Span }
  | { kind: 'binary'; operator: BinaryOperator; left: Node; right: Node; span: Span }
  | { kind: 'between'; negated: boolean; operand: Node; low: Node; high: Node; span: Span }
  | { kind: 'in'; negated: boolean; operand: Node; items: Node[]; span: Span }
  | { kind: 'like'; negated: boolean; operand: Node; pattern: Node; escape?: Node; span: Span }
  | { kind: 'is-null'; negated: boolean; operand: Node; span: Span }
  | { kind: 'case'; operand?: Node; branches: { when: Node; then: Node }[]; otherwise?: Node; span: Span }
  | { kind: 'cast'; safe: boolean; operand: Node; type: TypeName; span: Span };
