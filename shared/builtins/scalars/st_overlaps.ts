import type { SqlValue } from '../../values/value';
import { GEOMETRY, toGeometry } from '../geography/geometry';
import { overlaps } from '../geography/planar';
import type { ScalarFunction } from '../scalar';

/** ST_OVERLAPS(polygon, polygon): 1 if they share area and neither is within the other. */
export const stOverlaps: ScalarFunction = {
  name: 'st_overlaps',
  parameters: [{ name: 'left', types: GEOMETRY }, { name: 'right', types: GEOMETRY }],
  result: 'bigint',
  evaluate: (a: SqlValue, b: SqlValue) => Number(overlaps(toGeometry(a), toGeometry(b))),
};
