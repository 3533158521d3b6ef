/** Predicates in the plane of longitude and latitude, as compatibility level 1.2 computes them ("geometry", not "geography"). */
import type { Geometry, Position } from './shapes';

type Ring = readonly Position[];

function cross(a: Position, b: Position, c: Position): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function onSegment(p: Position, a: Position, b: Position): boolean {
  return cross(a, b, p) === 0 && Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]);
}

/** 1 inside, 0 on the edge, -1 outside; by the crossings of a ray to the right. Rings may be open or closed, in either direction. */
export function placeInRing(p: Position, ring: Ring): number {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i] as Position;
    const b = ring[j] as Position;
    if (onSegment(p, a, b)) return 0;
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside ? 1 : -1;
}

export function placeInPolygon(p: Position, rings: readonly Ring[]): number {
  const outer = placeInRing(p, rings[0] ?? []);
  if (outer <= 0) return outer;
  for (const hole of rings.slice(1)) {
    const place = placeInRing(p, hole);
    if (place >= 0) return place === 0 ? 0 : -1;
  }
  return 1;
}

export function segmentsCross(a: Position, b: Position, c: Position, d: Position): boolean {
  const d1 = Math.sign(cross(c, d, a));
  const d2 = Math.sign(cross(c, d, b));
  const d3 = Math.sign(cross(a, b, c));
  const d4 = Math.sign(cross(a, b, d));
  if (d1 * d2 < 0 && d3 * d4 < 0) return true;
  return onSegment(a, c, d) || onSegment(b, c, d) || onSegment(c, a, b) || onSegment(d, a, b);
}

export function linesCross(a: Ring, b: Ring): boolean {
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) {
      if (segmentsCross(a[i - 1] as Position, a[i] as Position, b[j - 1] as Position, b[j] as Position)) return true;
    }
  }
  return false;
}

/** Whether edges cross in a point that is inner to both: touching edges do not. */
function edgesCrossProperly(a: Ring, b: Ring): boolean {
  for (let i = 1; i < a.length; i++) {
    for (let j = 1; j < b.length; j++) {
      const [p, q, r, s] = [a[i - 1], a[i], b[j - 1], b[j]] as [Position, Position, Position, Position];
      if (cross(r, s, p) * cross(r, s, q) < 0 && cross(p, q, r) * cross(p, q, s) < 0) return true;
    }
  }
  return false;
}

/** Points, lines and polygons all within one of the polygons; a point on the edge counts as within. */
export function within(inner: Geometry, outer: Geometry): boolean {
  const vertices = [...inner.points, ...inner.lines.flat(), ...inner.polygons.map((rings) => rings[0] ?? []).flat()];
  const edges = [...inner.lines, ...inner.polygons.map((rings) => rings[0] ?? [])];
  return (
    vertices.length > 0 &&
    outer.polygons.some((rings) => vertices.every((p) => placeInPolygon(p, rings) >= 0) && edges.every((edge) => rings.every((ring) => !edgesCrossProperly(edge, ring))))
  );
}

/** Whether the interiors share area while neither polygon is within the other. */
export function overlaps(a: Geometry, b: Geometry): boolean {
  if (within(a, b) || within(b, a)) return false;
  return a.polygons.some((p) => b.polygons.some((q) => ringsOverlap(p[0] ?? [], q[0] ?? [])));
}

function ringsOverlap(p: Ring, q: Ring): boolean {
  return edgesCrossProperly(p, q) || p.some((v) => placeInRing(v, q) > 0) || q.some((v) => placeInRing(v, p) > 0);
}
