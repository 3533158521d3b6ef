import type { Ticks } from '../../values/value';
import { keyOf } from '../../values/key';
import type { SqlValue } from '../../values/value';
import { decodeRows, encodeRows, type EncodedRows } from '../row-codec';
import type { Row } from '../row';
import type { GroupFold } from './group-fold';

/** The rows of one group that are still in the window, by time. */
interface Content {
  keys: SqlValue[];
  rows: Row[];
}

/**
 * Sliding windows: a result whenever the content of (t - size, t] changes, that is, when a row enters at its time and when it leaves `size`
 * later. Changes of one instant give one result; an empty window gives none.
 */
export class SlidingWindowsState {
  private groups = new Map<string, Content>();

  constructor(
    private readonly size: Ticks,
    private readonly fold: GroupFold,
    private readonly keysOf: (row: Row) => SqlValue[],
    private readonly index: number,
  ) {}

  /** `rows` are all rows before `w` that have not been seen yet, in order of time. */
  process(rows: readonly Row[], w: Ticks): Row[] {
    const entering = new Map<string, Row[]>();
    for (const row of rows) {
      const keys = this.keysOf(row);
      const key = keyOf(keys);
      if (!this.groups.has(key)) this.groups.set(key, { keys, rows: [] });
      const list = entering.get(key);
      if (list) list.push(row);
      else entering.set(key, [row]);
    }
    const results: Row[] = [];
    for (const key of [...this.groups.keys()].sort()) results.push(...this.processGroup(key, entering.get(key) ?? [], w));
    return results.sort((a, b) => a.t - b.t);
  }

  private processGroup(key: string, entering: readonly Row[], w: Ticks): Row[] {
    const content = this.groups.get(key) as Content;
    const results: Row[] = [];
    let next = 0;
    for (;;) {
      const enter = entering[next]?.t ?? Infinity;
      const leave = (content.rows[0]?.t ?? Infinity) + this.size;
      const instant = Math.min(enter, leave);
      if (instant >= w || instant === Infinity) break;
      while ((content.rows[0]?.t ?? Infinity) <= instant - this.size) content.rows.shift();
      for (; entering[next]?.t === instant; next++) content.rows.push(entering[next] as Row);
      if (content.rows.length > 0) results.push(...this.result(key, content, instant));
    }
    if (content.rows.length === 0) this.groups.delete(key);
    return results;
  }

  /** A row that cannot be added to those before it is set aside and leaves the window. */
  private result(key: string, content: Content, instant: Ticks): Row[] {
    const { keys, rows } = content;
    const states = this.fold.init();
    const taken = rows.filter((row) => this.fold.tryAddTo(states, row));
    if (taken.length < rows.length) content.rows = taken;
    return taken.length > 0 ? this.fold.row(key, { keys, states }, instant, this.index) : [];
  }

  snapshot(): unknown {
    return [...this.groups.values()].map(({ rows }) => encodeRows(rows, true));
  }

  restore(data: unknown): void {
    this.groups = new Map();
    for (const encoded of data as EncodedRows[]) {
      const rows = decodeRows(encoded, '');
      const keys = this.keysOf(rows[0] as Row);
      this.groups.set(keyOf(keys), { keys, rows });
    }
  }
}
