import { invalid, type Geometry, type Position } from './shapes';

/** Well-known text: POINT, LINESTRING, POLYGON and their MULTI forms. */
export function parseWkt(text: string): Geometry {
  const match = /^\s*(?:SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*(\(.*\))\s*$/is.exec(text);
  if (!match) throw invalid(`'${text.slice(0, 60)}' is not well-known text`);
  const [, multi, type = '', body = ''] = match;
  const geometry: Geometry = { points: [], lines: [], polygons: [] };
  switch (type.toUpperCase()) {
    case 'POINT':
      geometry.points = multi ? coordinates(body.replace(/[()]/g, ' ')) : coordinates(body);
      break;
    case 'LINESTRING':
      geometry.lines = multi ? rings(body) : [coordinates(body)];
      break;
    default:
      geometry.polygons = multi ? polygons(body) : [rings(body)];
  }
  return geometry;
}

function coordinates(text: string): Position[] {
  return text
    .replace(/[()]/g, ' ')
    .split(',')
    .map((pair) => {
      const [longitude, latitude] = pair.trim().split(/\s+/).map(Number);
      if (longitude === undefined || latitude === undefined || Number.isNaN(longitude) || Number.isNaN(latitude)) throw invalid(`'${pair.trim().slice(0, 40)}' is not a coordinate`);
      return [longitude, latitude];
    });
}

const rings = (text: string): Position[][] => [...text.matchAll(/\(([^()]+)\)/g)].map((m) => coordinates(m[1] as string));

/** `(((…),(…)),((…)))`: polygons are separated by `)),((`. */
const polygons = (text: string): Position[][][] => text.split(/\)\s*\)\s*,\s*\(\s*\(/).map((part) => rings(`(${part.replace(/^[\s(]+|[\s)]+$/g, '').replace(/\)\s*,\s*\(/g, '),(')})`));
