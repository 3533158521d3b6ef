import { badRequest, preconditionFailed } from './errors';
import { parseQuery } from './query/parse';
import { runQuery } from './query/run';
import type { Document, Json } from './store';

interface PatchOperation {
  op: 'add' | 'set' | 'replace' | 'remove' | 'incr' | 'move';
  path: string;
  from?: string;
  value?: Json;
}

export type PatchBody = PatchOperation[] | { operations: PatchOperation[]; condition?: string };

/** Applies a partial update to a copy. https://learn.microsoft.com/azure/cosmos-db/partial-document-update */
export function applyPatch(before: Document, patch: PatchBody): Document {
  const { operations, condition } = Array.isArray(patch) ? { operations: patch, condition: undefined } : patch;
  if (condition !== undefined && runQuery(parseQuery(`SELECT * ${condition}`), [before], {}).length === 0) throw preconditionFailed();
  const body = structuredClone(before);
  for (const operation of operations) applyOne(body, operation);
  return body;
}

type Parent = Json[] | { [name: string]: Json };

function locate(body: Document, path: string): { parent: Parent; name: string } {
  const parts = path.split('/').slice(1).map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
  const name = parts.pop() ?? '';
  let parent: Json = body;
  for (const part of parts) {
    const child: Json | undefined = Array.isArray(parent) ? parent[Number(part)] : typeof parent === 'object' && parent !== null ? parent[part] : undefined;
    if (child === undefined) throw badRequest(`For Patch, the path ${path} leads nowhere.`);
    parent = child;
  }
  if (typeof parent !== 'object' || parent === null) throw badRequest(`For Patch, the path ${path} leads nowhere.`);
  return { parent, name };
}

function valueAt(body: Document, path: string): Json | undefined {
  const { parent, name } = locate(body, path);
  return Array.isArray(parent) ? parent[Number(name)] : parent[name];
}

function applyOne(body: Document, { op, path, from, value = null }: PatchOperation): void {
  const { parent, name } = locate(body, path);
  switch (op) {
    case 'add':
      return insert(parent, name, value);
    case 'set':
      return put(parent, name, value);
    case 'replace':
      if (valueAt(body, path) === undefined) throw badRequest(`For Replace, the path ${path} does not exist.`);
      return put(parent, name, value);
    case 'remove':
      if (valueAt(body, path) === undefined) throw badRequest(`For Remove, the path ${path} does not exist.`);
      return remove(parent, name);
    case 'incr': {
      const current = valueAt(body, path) ?? 0;
      if (typeof current !== 'number' || typeof value !== 'number') throw badRequest(`For Increment, the value at ${path} is not a number.`);
      return put(parent, name, current + value);
    }
    case 'move': {
      const moved = valueAt(body, from ?? '');
      if (moved === undefined) throw badRequest(`For Move, the path ${from ?? ''} does not exist.`);
      const source = locate(body, from ?? '');
      remove(source.parent, source.name);
      return insert(parent, name, moved);
    }
    default:
      throw badRequest(`There is no patch operation '${String(op)}'.`);
  }
}

function put(parent: Parent, name: string, value: Json): void {
  if (Array.isArray(parent)) parent[name === '-' ? parent.length : Number(name)] = value;
  else parent[name] = value;
}

function insert(parent: Parent, name: string, value: Json): void {
  if (Array.isArray(parent)) parent.splice(name === '-' ? parent.length : Number(name), 0, value);
  else parent[name] = value;
}

function remove(parent: Parent, name: string): void {
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}
