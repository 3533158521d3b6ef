import type { SqlType } from '../values/value';
import type { CreateTable, TypeName } from './ast';
import type { Diagnostics } from './diagnostics';

/** Columns of an input by lower-case name, from CREATE TABLE. */
export type Declared = ReadonlyMap<string, SqlType>;

const TYPES: Record<string, SqlType> = {
  bigint: 'bigint', int: 'bigint', float: 'float', real: 'float',
  'nvarchar(max)': 'nvarchar(max)', nvarchar: 'nvarchar(max)', varchar: 'nvarchar(max)',
  datetime: 'datetime', bit: 'bit', record: 'record', array: 'array',
};

/** The type that a query names, reported when there is none of that name. */
export function typeNamed(type: TypeName, diagnostics: Diagnostics): SqlType {
  const name = type.name.toLowerCase();
  if (Object.hasOwn(TYPES, name)) return TYPES[name] as SqlType;
  diagnostics.add('unknown-type', type.span, { name: type.name });
  return 'nvarchar(max)';
}

export function declaredColumns(tables: readonly CreateTable[], input: string, diagnostics: Diagnostics): Declared | undefined {
  const table = tables.find((t) => t.name.text.toLowerCase() === input.toLowerCase());
  return table && new Map(table.columns.map(({ name, type }) => [name.text.toLowerCase(), typeNamed(type, diagnostics)]));
}
