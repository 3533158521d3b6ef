import type { Ticks } from '../../values/value';
import type { Row } from '../row';
import { Columns, type EncodedRows, decodeRows } from '../row-codec';

/** Rows of one key, oldest first: places in the side's list. */
interface Chain {
  first: number;
  last: number;
}

/**
 * Rows of one side of a join that may still find a partner, in the order in which they came, which is that of their times: so those that are past are at the front, whatever their key.
 * A row's place is its number among all that the side has ever had.
 */
export class JoinSide {
  private rows = newRows();
  private keys: (string | number | null)[] = [];
  /** Place of the next row of the same key; -1: there is none. */
  private nexts: number[] = [];
  private matched: boolean[] = [];
  private readonly chains = new Map<string | number, Chain>();
  /** Place of the first row of the lists, and of the first that is not past. */
  private base = 0;
  private start = 0;

  /** `key`: null for a row that has no partner. */
  add(row: Row, key: string | number | null, matched: boolean): void {
    const place = this.base + this.rows.length;
    this.rows.push(row);
    this.rows.s?.push(row.s);
    this.keys.push(key);
    this.nexts.push(-1);
    this.matched.push(matched);
    if (key === null) return;
    const chain = this.chains.get(key);
    if (!chain) this.chains.set(key, { first: place, last: place });
    else {
      this.nexts[chain.last - this.base] = place;
      chain.last = place;
    }
  }

  /** Place of the oldest row with a key; -1: there is none. */
  first(key: string | number): number {
    return this.chains.get(key)?.first ?? -1;
  }

  next(place: number): number {
    return this.nexts[place - this.base] as number;
  }

  time(place: number): Ticks {
    return this.rows.t[place - this.base] as Ticks;
  }

  lend(place: number, into: Row): void {
    this.rows.lend(place - this.base, '', into);
  }

  match(place: number): void {
    this.matched[place - this.base] = true;
  }

  /** Forgets the rows up to the first that is not past. `alone` gets those that were never matched. */
  forget(isPast: (t: Ticks) => boolean, alone?: (row: Row) => void): void {
    const { rows } = this;
    let i = this.start - this.base;
    for (; i < rows.length && isPast(rows.t[i] as Ticks); i++) {
      if (alone && !this.matched[i]) alone(rows.row(i, ''));
      const key = this.keys[i] as string | number | null;
      if (key === null) continue;
      if (this.nexts[i] === -1) this.chains.delete(key);
      else (this.chains.get(key) as Chain).first = this.nexts[i] as number;
    }
    this.start = this.base + i;
    if (i === rows.length || (i > 1024 && i * 2 > rows.length)) this.trim(i);
  }

  /** Lets go of the first rows of the lists. */
  private trim(count: number): void {
    this.rows = this.rows.length === count ? newRows() : this.rows.followedBy(newRows(), count);
    this.keys = this.keys.slice(count);
    this.nexts = this.nexts.slice(count);
    this.matched = this.matched.slice(count);
    this.base += count;
  }

  snapshot(): unknown {
    const from = this.start - this.base;
    const rows = this.rows.followedBy(newRows(), from);
    return [rows, rows.s, this.keys.slice(from), this.matched.slice(from).map(Number)];
  }

  restore(data: unknown): void {
    const [rows, sources, keys, matched] = data as [EncodedRows, string[], (string | number | null)[], number[]];
    decodeRows(rows, '').forEach((row, i) => this.add({ ...row, s: sources[i] as string }, keys[i] as string | number | null, matched[i] === 1));
  }
}

function newRows(): Columns {
  const rows = new Columns();
  rows.s = [];
  return rows;
}
