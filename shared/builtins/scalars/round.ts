import { QueryError } from '../../errors';
import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import { INTEGER, NUMBER, sameType, type ScalarFunction } from '../scalar';

/**
 * ROUND(x, n): to n digits after the point, halves away from zero; a negative n rounds left of it (ROUND(123.4, -1) is 120, -10 gives 0). It works
 * on the decimal digits of the number, so that ROUND(1.005, 2) is 1.01, as a person reads it.
 */
export const round: ScalarFunction = {
  name: 'round',
  parameters: [{ name: 'value', types: NUMBER }, { name: 'length', types: INTEGER }],
  result: sameType,
  evaluate: (x: number | bigint, digits: number | bigint): SqlValue => {
    const length = Number(digits);
    if (length >= 0 && (typeof x === 'bigint' || Number.isInteger(x))) return x;
    return typeof x === 'bigint' ? roundWhole(x, length) : Number(roundDecimal(toDecimal(x), length)) + 0;
  },
};

function roundWhole(x: bigint, length: number): SqlValue {
  const rounded = int64(BigInt(roundDecimal(String(x), length)));
  if (rounded === undefined) throw new QueryError('overflow', `ROUND(${x}, ${length}) does not fit 64 bits. Convert its argument to float: ROUND(CAST(… AS float), ${length}).`);
  return rounded;
}

/** A number without exponent. */
function toDecimal(x: number): string {
  const text = String(x);
  return text.includes('e') ? x.toFixed(Math.min(100, Math.max(0, 20 - Math.floor(Math.log10(Math.abs(x)))))) : text;
}

function roundDecimal(text: string, length: number): string {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = whole + fraction;
  const keep = whole.length + length;
  if (keep < 0) return '0';
  if (keep >= digits.length) return text;
  let kept = BigInt(`0${digits.slice(0, keep)}`);
  if (digits.charCodeAt(keep) >= 53) kept += 1n;
  const point = Math.max(length, 0);
  const padded = (String(kept) + '0'.repeat(Math.max(0, -length))).padStart(point + 1, '0');
  const result = point === 0 ? padded : `${padded.slice(0, -point)}.${padded.slice(-point)}`;
  return negative ? `-${result}` : result;
}
