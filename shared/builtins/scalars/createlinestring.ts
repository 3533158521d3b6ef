import type { SqlRecord, SqlValue } from '../../values/value';
import { GEOMETRY, onlyPoint } from '../geography/geometry';
import type { ScalarFunction } from '../scalar';

/** CreateLineString(point, point, …): a GeoJSON LineString. */
export const createlinestring: ScalarFunction = {
  name: 'createlinestring',
  parameters: [{ name: 'first', types: GEOMETRY }, { name: 'second', types: GEOMETRY }, { name: 'more', types: GEOMETRY, optional: true, repeated: true }],
  result: 'record',
  evaluate: (...points: SqlValue[]): SqlRecord => ({ type: 'LineString', coordinates: points.map((p) => [...onlyPoint(p, 'CreateLineString')]) }),
};
