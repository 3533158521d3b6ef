/** The Bicep files, and the table that the suite checks them with, against Microsoft's own data: `npm run check:bicep -- --types DIR`. The data are no part of this repository. */
import { INFRA, readBicep } from './bicep/files';
import { microsoftTypes } from './bicep/microsoft-types';
import { tableTypes, TABLE_TYPES } from './bicep/resource-table';
import { checkShapes, type Shape } from './bicep/shapes';

const source = microsoftTypes(process.env.WEIR_BICEP_TYPES ?? '');

/** What the table says and the data do not. */
function contradictions(table: Shape, data: Shape, place: string): string[] {
  if (data.kind === 'any' || table.kind === 'any') return [];
  if (data.kind === 'oneOf') return Object.values(data.variants).some((variant) => contradictions(table, variant(), place).length === 0) ? [] : [`${place} is none of ${Object.keys(data.variants).join(', ')}`];
  if (table.kind !== data.kind) return [`${place} is ${data.kind}, not ${table.kind}`];
  if (table.kind === 'string' && data.kind === 'string') return (table.values ?? []).filter((value) => data.values && !data.values.includes(value)).map((value) => `${place} cannot be ${value}`);
  if (table.kind === 'array' && data.kind === 'array') return contradictions(table.item(), data.item(), `${place}[]`);
  if (table.kind !== 'object' || data.kind !== 'object') return [];
  const unknown = Object.keys(table.properties).filter((name) => !data.properties[name] && !data.isOpen).map((name) => `there is no ${place}.${name}`);
  const readOnly = Object.keys(table.properties).filter((name) => data.properties[name]?.isReadOnly).map((name) => `${place}.${name} cannot be set`);
  const required = Object.entries(data.properties).filter(([name, property]) => property.isRequired && name !== 'name' && !table.properties[name]?.isRequired).map(([name]) => `${place}.${name} is required`);
  const below = Object.entries(table.properties).flatMap(([name, { shape }]) => (data.properties[name] ? contradictions(shape(), data.properties[name].shape(), `${place}.${name}`) : []));
  return [...unknown, ...readOnly, ...required.filter((finding) => !finding.startsWith(`${place}.location`)), ...below];
}

it('every resource has a type, a version, properties and values that Azure knows', async () => expect(checkShapes(await readBicep(INFRA), source)).toEqual([]));

it.each(TABLE_TYPES)('the table is right about %s %s', (type, version) => {
  const data = source(type, version);
  expect(data).toBeDefined();
  expect(contradictions(tableTypes(type, version) as Shape, data as Shape, type)).toEqual([]);
});
