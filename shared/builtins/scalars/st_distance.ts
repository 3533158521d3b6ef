import type { SqlValue } from '../../values/value';
import { geodesicMetres } from '../geography/geodesic';
import { GEOMETRY, toGeometry } from '../geography/geometry';
import type { Geometry, Position } from '../geography/shapes';
import type { ScalarFunction } from '../scalar';

/** ST_DISTANCE(a, b): metres on WGS84 between the nearest points given; 0 if polygons are involved, as documented. */
export const stDistance: ScalarFunction = {
  name: 'st_distance',
  parameters: [{ name: 'from', types: GEOMETRY }, { name: 'to', types: GEOMETRY }],
  result: 'float',
  evaluate: (a: SqlValue, b: SqlValue) => {
    const [from, to] = [toGeometry(a), toGeometry(b)];
    if (from.polygons.length > 0 || to.polygons.length > 0) return 0;
    let least = Infinity;
    for (const p of vertices(from)) for (const q of vertices(to)) least = Math.min(least, geodesicMetres(p, q));
    return least === Infinity ? null : least;
  },
};

const vertices = (g: Geometry): Position[] => [...g.points, ...g.lines.flat()];
