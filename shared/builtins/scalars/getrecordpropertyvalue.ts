import { field } from '../../values/fields';
import type { SqlRecord } from '../../values/value';
import { TEXT, type ScalarFunction } from '../scalar';

/** GetRecordPropertyValue(record, name): NULL when there is none. A dotted name is tried as it is, then as a path. */
export const getrecordpropertyvalue: ScalarFunction = {
  name: 'getrecordpropertyvalue',
  parameters: [{ name: 'record', types: ['record'] }, { name: 'name', types: TEXT }],
  result: 'any',
  evaluate: (record: SqlRecord, name: string) => field(record, name) ?? (name.includes('.') ? name.split('.').reduce<ReturnType<typeof field>>(field, record) : null),
};
