import { daysFromCivil, daysInMonth, TICKS_PER_DAY, TICKS_PER_SECOND } from '../values/ticks';
import { QUOTE } from './json-bytes';

const two = (b: Buffer, at: number): number => {
  const high = (b[at] as number) - 48;
  const low = (b[at + 1] as number) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : NaN;
};

/** Reads the usual form of a time, `yyyy-MM-ddTHH:mm:ss[.f{1,7}]Z`, from bytes. Most events are of the same day as the last, so the day is kept. */
export class TimeBytes {
  private readonly date = Buffer.alloc(10);
  private day = NaN;
  /** Behind the closing quote of the last time read. */
  end = 0;

  /** Ticks of the text whose opening quote is at `at`; NaN for any other form. */
  read(b: Buffer, at: number): number {
    const p = at + 1;
    if (!this.isSameDay(b, p)) this.readDay(b, p);
    if (b[p + 10] !== 0x54 || b[p + 13] !== 0x3a || b[p + 16] !== 0x3a) return NaN;
    const hour = two(b, p + 11);
    const minute = two(b, p + 14);
    const second = two(b, p + 17);
    if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
    const fraction = this.readFraction(b, p + 19);
    return this.day * TICKS_PER_DAY + ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + fraction;
  }

  private isSameDay(b: Buffer, p: number): boolean {
    for (let i = 9; i >= 0; i--) if (b[p + i] !== this.date[i]) return false;
    return true;
  }

  private readDay(b: Buffer, p: number): void {
    const [year, month, day] = [two(b, p) * 100 + two(b, p + 2), two(b, p + 5), two(b, p + 8)];
    const valid = b[p + 4] === 0x2d && b[p + 7] === 0x2d && year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
    this.day = valid ? daysFromCivil(year, month, day) : NaN;
    b.copy(this.date, 0, p, p + 10);
  }

  /** Ticks behind the seconds, up to `Z"`. */
  private readFraction(b: Buffer, at: number): number {
    let p = at;
    let fraction = 0;
    if (b[p] === 0x2e) {
      let scale = TICKS_PER_SECOND / 10;
      for (p++; scale >= 1; p++, scale /= 10) {
        const digit = (b[p] as number) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        fraction += digit * scale;
      }
      if (p === at + 1) return NaN;
    }
    this.end = p + 2;
    return b[p] === 0x5a && b[p + 1] === QUOTE ? fraction : NaN;
  }
}
