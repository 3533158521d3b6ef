/** What a resource may say: the form that both sources of it come down to, and the check of a resource against it. */
import { constant, objectOf, resourcesOf, type PlacedResource } from './files';
import { declared } from './files';
import type { BicepFile, Entry, Expression } from './syntax';

export type Shape =
  | { kind: 'string'; /** All there are, when the service takes no others. */ values?: readonly string[] }
  | { kind: 'int' | 'bool' | 'any' }
  | { kind: 'array'; item: () => Shape }
  | { kind: 'object'; properties: Readonly<Record<string, Property>>; /** Takes other properties as well. */ isOpen: boolean }
  | { kind: 'oneOf'; by: string; variants: Readonly<Record<string, () => Shape>> };

export interface Property {
  isRequired: boolean;
  isReadOnly: boolean;
  shape: () => Shape;
}

/** The shape of a resource's body; undefined when there is no such type in that version. */
export type ShapeSource = (type: string, version: string) => Shape | undefined;

/** What Bicep itself takes of every resource. */
const OWN = new Set(['name', 'parent', 'scope', 'dependsOn']);

/** Findings as `file:line: what`. */
export function checkShapes(files: ReadonlyMap<string, BicepFile>, source: ShapeSource): string[] {
  return [...files].flatMap(([path, file]) => {
    const params = new Map(declared(file, 'param').map(({ name, type }) => [name, type]));
    return resourcesOf(file).flatMap((resource) => checkResource(resource, source, params).map((finding) => `${path}:${finding}`));
  });
}

type Params = ReadonlyMap<string, string>;

function checkResource(resource: PlacedResource, source: ShapeSource, params: Params): string[] {
  const shape = source(resource.fullType, resource.version);
  if (!shape) return [`${resource.line}: there is no ${resource.fullType} in version ${resource.version}`];
  const body = objectOf(resource.body);
  if (!body || resource.existing) return [];
  // Of a shape with variants, the name may be what tells them apart.
  return checkValue(body, shape, { place: '', line: resource.line, params, skip: OWN });
}

interface Place {
  place: string;
  line: number;
  params: Params;
  skip?: ReadonlySet<string>;
}

function checkValue(value: Expression, shape: Shape, at: Place): string[] {
  if (value.kind === 'choice') return [...checkValue(value.then, shape, at), ...checkValue(value.else, shape, at)];
  if (value.kind === 'literal' && value.value === null) return [];
  switch (shape.kind) {
    case 'any':
      return [];
    case 'oneOf':
      return checkVariant(value, shape, at);
    case 'object':
      return value.kind === 'object' ? checkObject(value, shape, at) : wrongKind(value, 'object', at);
    case 'array':
      return value.kind === 'array' ? value.items.flatMap((item, i) => checkValue(item, shape.item(), { ...at, place: `${at.place}[${i}]`, skip: undefined })) : wrongKind(value, 'array', at);
    case 'string': {
      const text = value.kind === 'text' ? constant(value) : undefined;
      if (typeof text === 'string' && shape.values && !shape.values.includes(text)) return [`${at.line}: ${at.place} is '${text}', and must be one of ${shape.values.join(', ')}`];
      return wrongKind(value, 'string', at);
    }
    default:
      return wrongKind(value, shape.kind, at);
  }
}

const KIND_OF: Record<string, string> = { string: 'string', int: 'int', bool: 'bool', object: 'object', array: 'array' };

/** The kind of a value, as far as it can be told without running anything. */
function kindOf(value: Expression, params: Params): string | undefined {
  switch (value.kind) {
    case 'text':
      return 'string';
    case 'object':
    case 'array':
      return value.kind;
    case 'literal':
      return typeof value.value === 'number' ? 'int' : 'bool';
    case 'name': {
      const type = params.get(value.name);
      return type?.endsWith('[]') ? 'array' : KIND_OF[type ?? ''];
    }
    default:
      return undefined;
  }
}

function wrongKind(value: Expression, expected: string, { place, line, params }: Place): string[] {
  const kind = kindOf(value, params);
  return kind === undefined || kind === expected ? [] : [`${line}: ${place} must be ${expected}, and is ${kind}`];
}

const keyOf = ({ key }: Entry): string | undefined => (key.parts.every((part) => typeof part === 'string') ? key.parts.join('') : undefined);

function checkObject(value: Expression & { kind: 'object' }, shape: Shape & { kind: 'object' }, { place, line, params, skip }: Place): string[] {
  const given = value.entries.map((entry) => ({ entry, key: keyOf(entry) }));
  const missing = Object.entries(shape.properties).filter(([name, { isRequired }]) => isRequired && !skip?.has(name) && !given.some(({ key }) => key === name));
  const findings = missing.map(([name]) => `${line}: ${under(place, name)} is missing`);
  for (const { entry, key } of given) {
    if (key === undefined || skip?.has(key)) continue;
    const property = Object.hasOwn(shape.properties, key) ? shape.properties[key] : undefined;
    if (!property && !shape.isOpen) findings.push(`${entry.line}: there is no ${under(place, key)}`);
    else if (property?.isReadOnly) findings.push(`${entry.line}: ${under(place, key)} cannot be set`);
    else if (property) findings.push(...checkValue(entry.value, property.shape(), { place: under(place, key), line: entry.line, params }));
  }
  return findings;
}

function checkVariant(value: Expression, { by, variants }: Shape & { kind: 'oneOf' }, at: Place): string[] {
  const tag = objectOf(value)?.entries.find((entry) => keyOf(entry) === by);
  const name = tag && constant(tag.value);
  const variant = typeof name === 'string' ? variants[name] : undefined;
  if (!variant) return typeof name === 'string' || !tag ? [`${at.line}: ${under(at.place, by)} must be one of ${Object.keys(variants).join(', ')}`] : [];
  return checkValue(value, variant(), { ...at, skip: new Set([...(at.skip ?? []), by]) });
}

function under(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}
