/** Room for an index beside what texts are packed into: together they must be exact as a double. */
const MAX_TEXTS = 2 ** 21;
const MAX_PACKED = 2 ** 32;
/** So many places at most are looked at behind what all have in common. */
const PLACES = 16;
const LAST_UNIT = 0xffff;
/** Below this many, comparing is as fast. */
const FEW = 48;

/**
 * The indices of texts in the order of their UTF-16 units, as `<` has it. Texts that are sorted together tend to differ in a few places only (`device-0012345`): what
 * they have in common is left out, and the units behind it are packed into a number each, by the range that occurs in each place, so that numbers are sorted. Texts that
 * do not fit are compared where their numbers are equal.
 *
 *     device-07, device-12, device-10  →  common "device-", ranges 0..1 and 0..7  →  07 → (1, 8), 12 → (2, 3), 10 → (2, 1)
 */
export function orderOf(texts: readonly string[]): number[] {
  const compare = (a: number, b: number): number => ((texts[a] as string) < (texts[b] as string) ? -1 : (texts[a] as string) > (texts[b] as string) ? 1 : a - b);
  if (texts.length < FEW || texts.length > MAX_TEXTS) return texts.map((_, i) => i).sort(compare);
  const packed = packedFrom(texts, commonLength(texts)).sort();
  const order = new Array<number>(texts.length);
  let start = 0;
  let before = -1;
  for (let k = 0; k < order.length; k++) {
    const number = Math.floor((packed[k] as number) / MAX_TEXTS);
    order[k] = (packed[k] as number) - number * MAX_TEXTS;
    if (number !== before) {
      sortBetween(order, { start, end: k }, compare);
      start = k;
      before = number;
    }
  }
  sortBetween(order, { start, end: order.length }, compare);
  return order;
}

function sortBetween(order: number[], { start, end }: { start: number; end: number }, compare: (a: number, b: number) => number): void {
  if (end - start < 2) return;
  const part = order.slice(start, end).sort(compare);
  for (let k = 0; k < part.length; k++) order[start + k] = part[k] as number;
}

function commonLength(texts: readonly string[]): number {
  const first = texts[0] as string;
  let length = first.length;
  for (const text of texts) {
    let i = 0;
    while (i < length && text.charCodeAt(i) === first.charCodeAt(i)) i++;
    length = i;
  }
  return length;
}

/** As many units behind `from` as fit, each within its own range, in front of the text's index. The end of a text is below all units. */
function packedFrom(texts: readonly string[], from: number): Float64Array {
  const { lows, ranges, shortest } = placesFrom(texts, from);
  const places = ranges.length;
  const packed = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    let number = 0;
    for (let p = 0; p < places; p++) {
      const place = from + p;
      number = number * (ranges[p] as number) + (place < shortest ? text.charCodeAt(place) - (lows[p] as number) : place < text.length ? text.charCodeAt(place) - (lows[p] as number) + 1 : 0);
    }
    packed[i] = number * MAX_TEXTS + i;
  }
  return packed;
}

/** The least unit in each place, and how many numbers the place takes: one more than units where some texts have ended. As many places as fit together. */
function placesFrom(texts: readonly string[], from: number): { lows: Int32Array; ranges: number[]; shortest: number } {
  const lows = new Int32Array(PLACES).fill(LAST_UNIT);
  const highs = new Int32Array(PLACES).fill(-1);
  let shortest = Infinity;
  for (const text of texts) {
    if (text.length < shortest) shortest = text.length;
    const places = Math.min(PLACES, text.length - from);
    for (let p = 0; p < places; p++) {
      const unit = text.charCodeAt(from + p);
      if (unit < (lows[p] as number)) lows[p] = unit;
      if (unit > (highs[p] as number)) highs[p] = unit;
    }
  }
  const ranges: number[] = [];
  for (let p = 0, product = 1; p < PLACES && (highs[p] as number) >= 0; p++) {
    const range = (highs[p] as number) - (lows[p] as number) + (from + p < shortest ? 1 : 2);
    if ((product *= range) > MAX_PACKED) break;
    ranges.push(range);
  }
  return { lows, ranges, shortest };
}
