import type { Node } from './ast';

/** The direct children of an expression. */
export function children(node: Node): Node[] {
  switch (node.kind) {
    case 'member':
      return [node.base];
    case 'call':
      return [...node.args, ...(node.over ? [...node.over.partitionBy, ...node.over.orderBy.map((o) => o.expr), ...(node.over.when ? [node.over.when] : [])] : [])];
    case 'unary':
    case 'is-null':
    case 'cast':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'between':
      return [node.operand, node.low, node.high];
    case 'in':
      return [node.operand, ...node.items];
    case 'like':
      return [node.operand, node.pattern, ...(node.escape ? [node.escape] : [])];
    case 'case':
      return [...(node.operand ? [node.operand] : []), ...node.branches.flatMap((b) => [b.when, b.then]), ...(node.otherwise ? [node.otherwise] : [])];
    default:
      return [];
  }
}

/** All nodes that satisfy `wanted`, without looking inside those found. */
export function findAll<T extends Node>(node: Node, wanted: (node: Node) => node is T): T[] {
  return wanted(node) ? [node] : children(node).flatMap((child) => findAll(child, wanted));
}

/** The parts of a condition that are connected by AND. */
export function conjuncts(node: Node): Node[] {
  return node.kind === 'binary' && node.operator === 'and' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}
