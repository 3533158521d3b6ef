import { QueryError } from '../../errors';

/** Longitude first, as in GeoJSON. */
export type Position = readonly [longitude: number, latitude: number];
export interface Geometry {
  points: Position[];
  lines: Position[][];
  /** Each polygon: its outer ring, then its holes. */
  polygons: Position[][][];
}

export function invalid(why: string): QueryError {
  return new QueryError('invalid-geometry', `${why}. Expected GeoJSON such as {"type":"Point","coordinates":[longitude, latitude]} or WKT such as 'POINT(longitude latitude)'.`);
}
