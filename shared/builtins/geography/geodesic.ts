/**
 * Distance on the WGS84 ellipsoid by Vincenty's inverse formula (T. Vincenty, "Direct and inverse solutions of geodesics on the
 * ellipsoid", Survey Review 1975): accurate to under a millimetre; for nearly antipodal points, where the iteration does not converge, the
 * great circle of the mean radius is given (within 0.5 %).
 */
import type { Position } from './shapes';

const A = 6_378_137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const MEAN_RADIUS = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export function geodesicMetres(p: Position, q: Position): number {
  if (p[0] === q[0] && p[1] === q[1]) return 0;
  const l = radians(q[0] - p[0]);
  const u1 = Math.atan((1 - F) * Math.tan(radians(p[1])));
  const u2 = Math.atan((1 - F) * Math.tan(radians(q[1])));
  let lambda = l;
  for (let i = 0; i < 200; i++) {
    const step = iterate(u1, u2, lambda, l);
    if (Math.abs(step.lambda - lambda) < 1e-12) return arcLength(step);
    lambda = step.lambda;
  }
  return greatCircle(p, q);
}

interface Step {
  lambda: number;
  sigma: number;
  sinSigma: number;
  cosSigma: number;
  cosSqAlpha: number;
  cos2SigmaM: number;
}

function iterate(u1: number, u2: number, lambda: number, l: number): Step {
  const sinLambda = Math.sin(lambda);
  const cosLambda = Math.cos(lambda);
  const sinSigma = Math.hypot(Math.cos(u2) * sinLambda, Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * cosLambda);
  const cosSigma = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * cosLambda;
  const sigma = Math.atan2(sinSigma, cosSigma);
  const sinAlpha = sinSigma === 0 ? 0 : (Math.cos(u1) * Math.cos(u2) * sinLambda) / sinSigma;
  const cosSqAlpha = 1 - sinAlpha * sinAlpha;
  // On the equator cosSqAlpha is 0 and the term drops out.
  const cos2SigmaM = cosSqAlpha === 0 ? 0 : cosSigma - (2 * Math.sin(u1) * Math.sin(u2)) / cosSqAlpha;
  const c = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
  const next = l + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cos2SigmaM + c * cosSigma * (2 * cos2SigmaM ** 2 - 1)));
  return { lambda: next, sigma, sinSigma, cosSigma, cosSqAlpha, cos2SigmaM };
}

function arcLength({ sigma, sinSigma, cosSigma, cosSqAlpha, cos2SigmaM }: Step): number {
  const uSq = (cosSqAlpha * (A * A - B * B)) / (B * B);
  const a = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const b = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const inner = cosSigma * (2 * cos2SigmaM ** 2 - 1) - (b / 6) * cos2SigmaM * (4 * sinSigma ** 2 - 3) * (4 * cos2SigmaM ** 2 - 3);
  return B * a * (sigma - b * sinSigma * (cos2SigmaM + (b / 4) * inner));
}

function greatCircle(p: Position, q: Position): number {
  const [phi1, phi2] = [radians(p[1]), radians(q[1])];
  const h = Math.sin((phi2 - phi1) / 2) ** 2 + Math.cos(phi1) * Math.cos(phi2) * Math.sin(radians(q[0] - p[0]) / 2) ** 2;
  return 2 * MEAN_RADIUS * Math.asin(Math.min(1, Math.sqrt(h)));
}
