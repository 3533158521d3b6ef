import type { Registers } from '../../program';
import type { SqlValue, Ticks } from '../../values/value';
import type { Row } from '../row';
import { Columns, decodeRows, type EncodedRows } from '../row-codec';

type Key = string | number;

/** Rows of one key on one side, by their places; -1: there is none. */
interface Chain {
  oldest: number;
  newest: number;
}

/** Rows of one key on both sides. */
export interface Meeting {
  key: Key;
  left: Chain;
  right: Chain;
}

/** By key; those without rows are let go of. */
export class Meetings {
  private readonly byKey = new Map<Key, Meeting>();

  /** Of a key; made when there is none. */
  at(key: Key): Meeting {
    let meeting = this.byKey.get(key);
    if (!meeting) this.byKey.set(key, (meeting = { key, left: { oldest: -1, newest: -1 }, right: { oldest: -1, newest: -1 } }));
    return meeting;
  }

  /** To be called when a side of it has become empty. */
  leave({ key, left, right }: Meeting): void {
    if (left.oldest < 0 && right.oldest < 0) this.byKey.delete(key);
  }
}

const LEAST = 64;

/**
 * Rows of one side of a join that may still find a partner, in the order in which they came, which is that of their times: so those that are past are the first, whatever their key.
 * A row's place is its number among all that the side has ever had; where it is in the lists, which are rings, are the place's last bits.
 */
export class JoinSide {
  private first = 0;
  private end = 0;
  private mask = LEAST - 1;
  private t: Ticks[] = [];
  private n: number[] = [];
  private s: string[] = [];
  private cols: SqlValue[][] = [];
  /** Of a row that has no partner: undefined. */
  private owners: (Meeting | undefined)[] = [];
  /** Place of the next row of the same key; -1: there is none. */
  private nexts: number[] = [];
  private matched: boolean[] = [];

  constructor(
    private readonly side: 'left' | 'right',
    private readonly meetings: Meetings,
  ) {}

  /** `meeting`: undefined for a row that has no partner. */
  add({ t, n, s, r }: Row, meeting: Meeting | undefined, matched: boolean): void {
    if (this.end - this.first > this.mask) this.grow();
    const place = this.end++;
    const at = place & this.mask;
    this.t[at] = t;
    this.n[at] = n;
    this.s[at] = s;
    for (let c = this.cols.length; c < r.length; c++) this.cols.push([]);
    for (let c = 0; c < r.length; c++) (this.cols[c] as SqlValue[])[at] = r[c] as SqlValue;
    this.nexts[at] = -1;
    this.matched[at] = matched;
    this.owners[at] = meeting;
    if (meeting) this.append(meeting[this.side], place);
  }

  private append(chain: Chain, place: number): void {
    if (chain.oldest < 0) chain.oldest = place;
    else this.nexts[chain.newest & this.mask] = place;
    chain.newest = place;
  }

  private grow(): void {
    const { mask } = this;
    const larger = <T>(list: T[]): T[] => {
      const copy: T[] = [];
      for (let place = this.first; place < this.end; place++) copy[place & (2 * mask + 1)] = list[place & mask] as T;
      return copy;
    };
    [this.t, this.n, this.s, this.nexts, this.matched, this.owners] = [larger(this.t), larger(this.n), larger(this.s), larger(this.nexts), larger(this.matched), larger(this.owners)];
    this.cols = this.cols.map(larger);
    this.mask = 2 * mask + 1;
  }

  next(place: number): number {
    return this.nexts[place & this.mask] as number;
  }

  time(place: number): Ticks {
    return this.t[place & this.mask] as Ticks;
  }

  lend(place: number, into: Row): void {
    const at = place & this.mask;
    into.t = this.t[at] as Ticks;
    into.n = this.n[at] as number;
    into.s = this.s[at] as string;
    for (let c = 0; c < this.cols.length; c++) into.r[c] = (this.cols[c] as SqlValue[])[at] as SqlValue;
  }

  source(place: number): string {
    return this.s[place & this.mask] as string;
  }

  position(place: number): number {
    return this.n[place & this.mask] as number;
  }

  /** Copies a row's registers into others, from `to` on. */
  copy(place: number, into: Registers, to: number): void {
    const at = place & this.mask;
    for (let c = 0; c < this.cols.length; c++) into[to + c] = (this.cols[c] as SqlValue[])[at] as SqlValue;
  }

  match(place: number): void {
    this.matched[place & this.mask] = true;
  }

  /** Forgets the rows up to the first that is not past. `alone` gets those that were never matched; they are lent. */
  forget(isPast: (t: Ticks) => boolean, lent: Row, alone?: (row: Row) => void): void {
    for (; this.first < this.end && isPast(this.time(this.first)); this.first++) {
      const at = this.first & this.mask;
      if (alone && !this.matched[at]) {
        this.lend(this.first, lent);
        alone(lent);
      }
      const meeting = this.owners[at];
      if (meeting === undefined) continue;
      this.owners[at] = undefined;
      const chain = meeting[this.side];
      chain.oldest = this.nexts[at] as number;
      if (chain.oldest < 0) this.meetings.leave(meeting);
    }
  }

  snapshot(): unknown {
    const rows = new Columns();
    const others: [Key | null, string, number][] = [];
    for (let place = this.first; place < this.end; place++) {
      const at = place & this.mask;
      const row: Row = { t: 0, n: 0, s: '', r: [] };
      this.lend(place, row);
      rows.push(row);
      others.push([this.owners[at]?.key ?? null, row.s, Number(this.matched[at])]);
    }
    return [rows, others];
  }

  restore(data: unknown): void {
    const [rows, others] = data as [EncodedRows, [Key | null, string, number][]];
    decodeRows(rows, '').forEach((row, i) => {
      const [key, s, matched] = others[i] as [Key | null, string, number];
      this.add({ ...row, s }, key === null ? undefined : this.meetings.at(key), matched === 1);
    });
  }
}
