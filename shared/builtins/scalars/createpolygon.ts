import type { SqlRecord, SqlValue } from '../../values/value';
import { GEOMETRY, onlyPoint } from '../geography/geometry';
import { invalid } from '../geography/shapes';
import type { ScalarFunction } from '../scalar';

/** CreatePolygon(p1, p2, …, p1): one closed ring without holes, a GeoJSON Polygon. */
export const createpolygon: ScalarFunction = {
  name: 'createpolygon',
  parameters: [{ name: 'first', types: GEOMETRY }, { name: 'second', types: GEOMETRY }, { name: 'third', types: GEOMETRY }, { name: 'more', types: GEOMETRY, optional: true, repeated: true }],
  result: 'record',
  evaluate: (...points: SqlValue[]): SqlRecord => {
    const ring = points.map((p) => [...onlyPoint(p, 'CreatePolygon')]);
    const [first, last] = [ring[0], ring[ring.length - 1]];
    if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) throw invalid('the last point of CreatePolygon must be the first one again');
    return { type: 'Polygon', coordinates: [ring] };
  },
};
