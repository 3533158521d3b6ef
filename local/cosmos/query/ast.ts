/** Queries of Cosmos DB's SQL dialect as plain data. */
export type Expr =
  | { kind: 'literal'; value: unknown }
  | { kind: 'parameter'; name: string }
  | { kind: 'name'; name: string }
  | { kind: 'member'; base: Expr; name: Expr }
  | { kind: 'call'; name: string; args: Expr[] }
  | { kind: 'unary'; operator: '-' | '+' | '~' | 'not'; operand: Expr }
  | { kind: 'binary'; operator: string; left: Expr; right: Expr }
  | { kind: 'in'; operand: Expr; items: Expr[]; negated: boolean }
  | { kind: 'between'; operand: Expr; low: Expr; high: Expr; negated: boolean }
  | { kind: 'like'; operand: Expr; pattern: Expr; escape?: Expr; negated: boolean }
  | { kind: 'conditional'; test: Expr; then: Expr; otherwise: Expr }
  | { kind: 'array'; items: Expr[] }
  | { kind: 'object'; members: { name: string; value: Expr }[] }
  | { kind: 'exists' | 'subquery' | 'array-of'; query: Query };

export interface Query {
  distinct: boolean;
  top?: Expr;
  /** `value`: SELECT VALUE e; `all`: SELECT *; else a list. */
  select: { kind: 'value'; expr: Expr } | { kind: 'all' } | { kind: 'list'; items: { expr: Expr; alias?: string }[] };
  /** `FROM c`, `FROM c IN path`, and joins over arrays, in order. */
  from: { alias: string; source: Expr; iterate: boolean }[];
  where?: Expr;
  groupBy: Expr[];
  orderBy: { expr: Expr; descending: boolean }[];
  offset?: Expr;
  limit?: Expr;
}
