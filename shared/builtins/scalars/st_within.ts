import type { SqlValue } from '../../values/value';
import { GEOMETRY, toGeometry } from '../geography/geometry';
import { within } from '../geography/planar';
import type { ScalarFunction } from '../scalar';

/** ST_WITHIN(geometry, polygon): 1 or 0. */
export const stWithin: ScalarFunction = {
  name: 'st_within',
  parameters: [{ name: 'geometry', types: GEOMETRY }, { name: 'polygon', types: GEOMETRY }],
  result: 'bigint',
  evaluate: (inner: SqlValue, outer: SqlValue) => Number(within(toGeometry(inner), toGeometry(outer))),
};
