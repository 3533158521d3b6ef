import { bindScalar } from '../bind-scalar';
import type { ScalarFunction } from '../scalar';
import type { SqlValue } from '../../values/value';
import { abs } from './abs';
import { add, addFloat } from './add';
import { bitand } from './bitand';
import { bitnot } from './bitnot';
import { bitor } from './bitor';
import { bitxor } from './bitxor';
import { cast } from './cast';
import { ceiling } from './ceiling';
import { charindex } from './charindex';
import { coalesce } from './coalesce';
import { concat } from './concat';
import { concatWs } from './concat_ws';
import { createlinestring } from './createlinestring';
import { createpoint } from './createpoint';
import { createpolygon } from './createpolygon';
import { dateadd } from './dateadd';
import { datediff } from './datediff';
import { datename } from './datename';
import { datepart } from './datepart';
import { datetimefromparts } from './datetimefromparts';
import { day } from './day';
import { divide, divideFloat } from './divide';
import { equal } from './equal';
import { exp } from './exp';
import { floor } from './floor';
import { getarrayelement } from './getarrayelement';
import { getarrayelements } from './getarrayelements';
import { getarraylength } from './getarraylength';
import { getmetadatapropertyvalue } from './getmetadatapropertyvalue';
import { getrecordproperties } from './getrecordproperties';
import { getrecordpropertyvalue } from './getrecordpropertyvalue';
import { gettype } from './gettype';
import { greater } from './greater';
import { greaterorequal } from './greaterorequal';
import { isNull } from './is_null';
import { jsonParse } from './json_parse';
import { left } from './left';
import { len } from './len';
import { less } from './less';
import { lessorequal } from './lessorequal';
import { like } from './like';
import { lower } from './lower';
import { ltrim } from './ltrim';
import { modulo } from './modulo';
import { month } from './month';
import { multiply, multiplyFloat } from './multiply';
import { nchar } from './nchar';
import { negate } from './negate';
import { notequal } from './notequal';
import { nullif } from './nullif';
import { patindex } from './patindex';
import { power, powerFloat } from './power';
import { regexmatch } from './regexmatch';
import { replace } from './replace';
import { replicate } from './replicate';
import { reverse } from './reverse';
import { right } from './right';
import { round } from './round';
import { rtrim } from './rtrim';
import { sign } from './sign';
import { space } from './space';
import { sqrt } from './sqrt';
import { square } from './square';
import { stDistance } from './st_distance';
import { stIntersects } from './st_intersects';
import { stOverlaps } from './st_overlaps';
import { stWithin } from './st_within';
import { stuff } from './stuff';
import { substring } from './substring';
import { subtract, subtractFloat } from './subtract';
import { translate } from './translate';
import { trim } from './trim';
import { tryCastFunction } from './try_cast';
import { unicode } from './unicode';
import { upper } from './upper';
import { year } from './year';

/** Operators: written as symbols, so no query can call them by name. */
const OPERATORS = [
  add, subtract, multiply, divide, divideFloat, addFloat, subtractFloat, multiplyFloat, powerFloat, modulo, negate, bitand, bitor, bitxor, bitnot,
  equal, notequal, less, lessorequal, greater, greaterorequal, like, isNull, cast, tryCastFunction,
];

const FUNCTIONS = [
  abs, ceiling, exp, floor, power, round, sign, sqrt, square,
  charindex, concat, concatWs, left, len, lower, ltrim, nchar, patindex, regexmatch, replace, replicate, reverse, right, rtrim, space, stuff, substring, translate, trim, unicode, upper,
  dateadd, datediff, datename, datepart, datetimefromparts, day, month, year,
  coalesce, nullif, gettype, jsonParse,
  getarrayelement, getarraylength, getrecordpropertyvalue, getmetadatapropertyvalue, getarrayelements, getrecordproperties,
  createpoint, createlinestring, createpolygon, stDistance, stWithin, stOverlaps, stIntersects,
];

const byName = (list: readonly ScalarFunction[]): Map<string, ScalarFunction> => new Map(list.map((fn) => [fn.name, fn]));

/** What a query may call by name. */
export const functions: ReadonlyMap<string, ScalarFunction> = byName(FUNCTIONS);
/** Functions and operators. */
export const scalars: ReadonlyMap<string, ScalarFunction> = byName([...OPERATORS, ...FUNCTIONS]);
/** The same with NULL rule and type check, as generated code calls them. */
export const boundScalars: Readonly<Record<string, (...args: SqlValue[]) => SqlValue>> = Object.fromEntries([...scalars].map(([name, fn]) => [name, bindScalar(fn)]));
