import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseBicep, type BicepFile, type Declaration, type Expression, type Resource } from './syntax';

export const INFRA = join(__dirname, '../../../infra');

/** All Bicep files under a folder, by path relative to it. */
export async function readBicep(folder: string): Promise<Map<string, BicepFile>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.bicep')).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const files = new Map<string, BicepFile>();
  for (const path of paths.sort()) {
    try {
      files.set(path, await parseBicep(readFileSync(join(folder, path), 'utf8')));
    } catch (error) {
      throw new Error(`${path}:${(error as Error).message}`, { cause: error });
    }
  }
  return files;
}

/** The file that a path in `from` names, relative to the folder. */
export function pathFrom(from: string, path: string): string {
  return normalize(join(dirname(from), path));
}

export function declared<K extends Declaration['kind']>(file: BicepFile, kind: K): Extract<Declaration, { kind: K }>[] {
  return file.declarations.filter((declaration): declaration is Extract<Declaration, { kind: K }> => declaration.kind === kind);
}

/** A resource with its whole type, nested ones after their parent. */
export interface PlacedResource extends Resource {
  fullType: string;
  version: string;
}

export function resourcesOf(file: BicepFile): PlacedResource[] {
  return declared(file, 'resource').flatMap((resource) => placed(resource, undefined));
}

function placed(resource: Resource, parent: PlacedResource | undefined): PlacedResource[] {
  const [type, version] = resource.type.split('@') as [string, string | undefined];
  const own = { ...resource, fullType: parent ? `${parent.fullType}/${type}` : type, version: version ?? parent?.version ?? '' };
  const body = objectOf(resource.body);
  return [own, ...(body?.nested ?? []).flatMap((child) => placed(child, own))];
}

/** The object that a declaration is, whatever loops and conditions it stands in. */
export function objectOf(expression: Expression): (Expression & { kind: 'object' }) | undefined {
  if (expression.kind === 'object') return expression;
  return expression.kind === 'for' || expression.kind === 'if' ? objectOf(expression.body) : undefined;
}

/** The value under a path of plain keys; undefined when there is none. */
export function valueAt(expression: Expression, ...path: string[]): Expression | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return expression;
  const entry = objectOf(expression)?.entries.find((candidate) => candidate.key.parts.join('') === key);
  return entry && valueAt(entry.value, ...rest);
}

/** An expression without names as JSON; undefined when it has any. */
export function constant(expression: Expression | undefined): unknown {
  if (expression?.kind === 'literal') return expression.value;
  if (expression?.kind === 'text') return expression.parts.every((part) => typeof part === 'string') ? expression.parts.join('') : undefined;
  if (expression?.kind === 'array') return expression.items.map(constant);
  if (expression?.kind === 'object') return Object.fromEntries(expression.entries.map(({ key, value }) => [key.parts.join(''), constant(value)]));
  return undefined;
}
