import type { SqlRecord } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** The collection of CROSS/OUTER APPLY GetRecordProperties(record): its argument, checked to be a record. */
export const getrecordproperties: ScalarFunction = {
  name: 'getrecordproperties',
  parameters: [{ name: 'record', types: ['record'] }],
  result: 'record',
  evaluate: (record: SqlRecord) => record,
};
