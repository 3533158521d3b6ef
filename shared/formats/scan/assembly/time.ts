/** Reads the usual form of a time, `yyyy-MM-ddTHH:mm:ss[.f{1,7}]Z`, in ticks since 2020. Most events are of the day of the last one, so the day is kept. */
import { DOT, isDigit, QUOTE } from './grammar';

const TICKS_PER_SECOND: f64 = 10_000_000;
const TICKS_PER_DAY: f64 = 86_400 * TICKS_PER_SECOND;
/** Days from 1970 to 2020. */
const EPOCH_DAY: i32 = 18_262;

/** The date that was read last: its ten bytes, and a `T`. */
const date: usize = memory.data(16);
let day: f64 = NaN;
/** Behind the closing quote of the time read last. */
export let timeEnd: usize = 0;

@inline
function two(at: usize): i32 {
  const high = <u32>load<u8>(at) - 0x30;
  const low = <u32>load<u8>(at + 1) - 0x30;
  return high < 10 && low < 10 ? <i32>(high * 10 + low) : 100_000;
}

/** Ticks of the text whose first byte is at `p`; NaN for any other form. */
export function timeOf(p: usize): f64 {
  if ((~i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(date))) & 0x7ff) != 0) readDay(p);
  if (load<u8>(p + 10) != 0x54 || load<u8>(p + 13) != 0x3a || load<u8>(p + 16) != 0x3a) return NaN;
  const hour = two(p + 11);
  const minute = two(p + 14);
  const second = two(p + 17);
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const fraction = readFraction(p + 19);
  return day * TICKS_PER_DAY + <f64>((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + fraction;
}

function readDay(p: usize): void {
  const year = two(p) * 100 + two(p + 2);
  const month = two(p + 5);
  const dayOfMonth = two(p + 8);
  const isValid = load<u8>(p + 4) == MINUS && load<u8>(p + 7) == MINUS && year >= 1 && year <= 9999 && month >= 1 && month <= 12 && dayOfMonth >= 1 && dayOfMonth <= daysIn(year, month);
  day = isValid ? <f64>(daysFromCivil(year, month, dayOfMonth) - EPOCH_DAY) : NaN;
  memory.copy(date, p, 11);
}

const MINUS: u8 = 0x2d;

function daysIn(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since 1970 of a date of the proleptic Gregorian calendar, counted from March so that the leap day is the last of its year. */
function daysFromCivil(year: i32, month: i32, dayOfMonth: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

/** Ticks behind the seconds, up to `Z"`. */
function readFraction(at: usize): f64 {
  let p = at;
  let fraction: i32 = 0;
  if (load<u8>(p) == DOT) {
    let scale = 1_000_000;
    for (p++; scale >= 1 && isDigit(load<u8>(p)); p++, scale /= 10) fraction += (<i32>load<u8>(p) - 0x30) * scale;
    if (p == at + 1) return NaN;
  }
  timeEnd = p + 2;
  return load<u8>(p) == 0x5a && load<u8>(p + 1) == QUOTE ? <f64>fraction : NaN;
}
