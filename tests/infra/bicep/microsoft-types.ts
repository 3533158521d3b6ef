/** Shapes from Microsoft's own data: a checkout of github.com/Azure/bicep-types-az, whose `generated` folder has a types.json for each provider and version. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Property, Shape, ShapeSource } from './shapes';

interface Reference {
  $ref: string;
}

type Type =
  | { $type: 'StringLiteralType'; value: string }
  | { $type: 'UnionType'; elements: Reference[] }
  | { $type: 'ArrayType'; itemType: Reference }
  | { $type: 'ObjectType'; properties: Record<string, { type: Reference; flags: number }>; additionalProperties?: Reference }
  | { $type: 'DiscriminatedObjectType'; discriminator: string; baseProperties: Record<string, { type: Reference; flags: number }>; elements: Record<string, Reference> }
  | { $type: 'ResourceType'; name: string; body: Reference }
  | { $type: 'StringType' | 'IntegerType' | 'BooleanType' | 'AnyType' | 'NullType' | 'BuiltInType' };

const REQUIRED = 1;
const READ_ONLY = 2;

export function microsoftTypes(folder: string): ShapeSource {
  const generated = join(folder, 'generated');
  if (!existsSync(generated)) throw new Error(`${folder} has no folder 'generated': give a checkout of github.com/Azure/bicep-types-az`);
  const groups = readdirSync(generated);
  const loaded = new Map<string, Type[]>();
  return (type, version) => {
    const provider = (type.split('/')[0] as string).toLowerCase();
    for (const group of groups) {
      const file = join(generated, group, provider, version.toLowerCase(), 'types.json');
      if (!loaded.has(file) && existsSync(file)) loaded.set(file, JSON.parse(readFileSync(file, 'utf8')) as Type[]);
      const types = loaded.get(file);
      const found = types?.find((candidate) => candidate.$type === 'ResourceType' && candidate.name.toLowerCase() === `${type}@${version}`.toLowerCase());
      if (types && found?.$type === 'ResourceType') return shapeOf(types, found.body);
    }
    return undefined;
  };
}

function typeAt(types: readonly Type[], { $ref }: Reference): Type {
  return types[Number($ref.slice($ref.lastIndexOf('/') + 1))] as Type;
}

function shapeOf(types: readonly Type[], reference: Reference): Shape {
  const type = typeAt(types, reference);
  switch (type.$type) {
    case 'StringType':
      return { kind: 'string' };
    case 'StringLiteralType':
      return { kind: 'string', values: [type.value] };
    case 'IntegerType':
      return { kind: 'int' };
    case 'BooleanType':
      return { kind: 'bool' };
    case 'UnionType':
      return unionOf(type.elements.map((element) => shapeOf(types, element)));
    case 'ArrayType':
      return { kind: 'array', item: () => shapeOf(types, type.itemType) };
    case 'ObjectType':
      return { kind: 'object', properties: propertiesOf(types, type.properties), isOpen: type.additionalProperties !== undefined };
    case 'DiscriminatedObjectType':
      return { kind: 'oneOf', by: type.discriminator, variants: Object.fromEntries(Object.entries(type.elements).map(([name, element]) => [name, () => withBase(types, type.baseProperties, element)])) };
    default:
      return { kind: 'any' };
  }
}

/** The service takes any text where the data have plain text beside the known values; those are what is meant all the same. */
function unionOf(shapes: readonly Shape[]): Shape {
  if (!shapes.every((shape) => shape.kind === 'string')) return { kind: 'any' };
  const values = shapes.flatMap((shape) => (shape.kind === 'string' ? (shape.values ?? []) : []));
  return { kind: 'string', values };
}

function propertiesOf(types: readonly Type[], properties: Record<string, { type: Reference; flags: number }>): Record<string, Property> {
  return Object.fromEntries(Object.entries(properties).map(([name, { type, flags }]) => [name, { isRequired: (flags & REQUIRED) !== 0, isReadOnly: (flags & READ_ONLY) !== 0, shape: () => shapeOf(types, type) }]));
}

function withBase(types: readonly Type[], base: Record<string, { type: Reference; flags: number }>, element: Reference): Shape {
  const shape = shapeOf(types, element);
  return shape.kind === 'object' ? { ...shape, properties: { ...propertiesOf(types, base), ...shape.properties } } : shape;
}
