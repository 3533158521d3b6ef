import type { SqlValue } from '../../values/value';
import { GEOMETRY, toGeometry } from '../geography/geometry';
import { linesCross } from '../geography/planar';
import type { ScalarFunction } from '../scalar';

/** ST_INTERSECTS(line, line): 1 if they have a point in common. */
export const stIntersects: ScalarFunction = {
  name: 'st_intersects',
  parameters: [{ name: 'left', types: GEOMETRY }, { name: 'right', types: GEOMETRY }],
  result: 'bigint',
  evaluate: (a: SqlValue, b: SqlValue) => {
    const [left, right] = [toGeometry(a), toGeometry(b)];
    return Number(left.lines.some((l) => right.lines.some((r) => linesCross(l, r))));
  },
};
