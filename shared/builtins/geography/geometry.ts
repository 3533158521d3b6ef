/** Reads geometries: GeoJSON records or WKT text. */
import { member } from '../../values/fields';
import { isRecord, type SqlRecord, type SqlValue } from '../../values/value';
import { invalid, type Geometry, type Position } from './shapes';
import { parseWkt } from './wkt';


export const GEOMETRY = ['record', 'nvarchar(max)'] as const;

const parsed = new Map<string, Geometry>();

/** Throws QueryError `invalid-geometry`. Texts are parsed once: a fence is compared with every event. */
export function toGeometry(value: SqlValue): Geometry {
  if (typeof value !== 'string') return fromGeoJson(value);
  let geometry = parsed.get(value);
  if (!geometry) {
    geometry = parseWkt(value);
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(value, geometry);
  }
  return geometry;
}

function fromGeoJson(value: SqlValue): Geometry {
  if (!isRecord(value)) throw invalid('the value is not a geometry');
  const type = String(member(value, 'type')).toLowerCase();
  const coordinates = member(value, 'coordinates');
  const geometry: Geometry = { points: [], lines: [], polygons: [] };
  if (type === 'point') geometry.points.push(position(coordinates));
  else if (type === 'linestring') geometry.lines.push(positions(coordinates));
  else if (type === 'polygon') geometry.polygons.push(list(coordinates).map(positions));
  else if (type === 'multipoint') geometry.points.push(...positions(coordinates));
  else if (type === 'multilinestring') geometry.lines.push(...list(coordinates).map(positions));
  else if (type === 'multipolygon') geometry.polygons.push(...list(coordinates).map((p) => list(p).map(positions)));
  else throw invalid(`'${type}' is not a geometry type`);
  return geometry;
}

function list(value: SqlValue): SqlValue[] {
  if (!Array.isArray(value)) throw invalid('coordinates are missing');
  return value;
}

const positions = (value: SqlValue): Position[] => list(value).map(position);

function position(value: SqlValue): Position {
  const [longitude, latitude] = list(value);
  if (typeof longitude !== 'number' || typeof latitude !== 'number') throw invalid('a coordinate is not a number');
  return [longitude, latitude];
}

export function pointRecord(p: Position): SqlRecord {
  return { type: 'Point', coordinates: [p[0], p[1]] };
}

/** The only point of a Point argument. */
export function onlyPoint(value: SqlValue, fn: string): Position {
  const { points } = toGeometry(value);
  if (points.length !== 1) throw invalid(`${fn} needs a single point`);
  return points[0] as Position;
}
