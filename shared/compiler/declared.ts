import type { SqlType } from '../values/value';
import type { CreateTable, TypeName } from './ast';
import { nearest, type Diagnostics } from './diagnostics';

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

/** Every declaration is of an input, the only one of it, and has every column once. */
export function checkDeclarations(tables: readonly CreateTable[], inputs: readonly string[], diagnostics: Diagnostics): void {
  const lower = (text: string): string => text.toLowerCase();
  tables.forEach((table, i) => {
    const { text, span } = table.name;
    if (!inputs.map(lower).includes(lower(text))) diagnostics.add('unknown-input', span, { name: text, nearest: nearest(text, inputs), known: inputs.join(', ') });
    if (tables.findIndex((other) => lower(other.name.text) === lower(text)) < i) diagnostics.add('duplicate-declaration', span, { what: 'declarations of an input', name: text });
    table.columns.forEach(({ name }, c) => {
      if (table.columns.findIndex((other) => lower(other.name.text) === lower(name.text)) < c) diagnostics.add('duplicate-declaration', name.span, { what: 'columns', name: name.text });
    });
  });
}
