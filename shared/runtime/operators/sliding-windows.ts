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
  /** States of the user-defined aggregates, where rows can be taken away from them; else they are computed anew. */
  running?: unknown[];
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
      while ((content.rows[0]?.t ?? Infinity) <= instant - this.size) this.leave(content);
      for (; entering[next]?.t === instant; next++) this.enter(content, entering[next] as Row);
      if (content.rows.length > 0) results.push(...this.result(key, content, instant));
    }
    if (content.rows.length === 0) this.groups.delete(key);
    return results;
  }

  private enter(content: Content, row: Row): void {
    const { fold } = this;
    const taken = !fold.takeAway || fold.attempt(row, () => (content.running = fold.withRow(content.running ?? fold.init(), row)));
    if (taken) content.rows.push(row);
  }

  /** When a row cannot be taken away, that is reported, and the states are computed anew from the rows that stay. */
  private leave(content: Content): void {
    const { fold } = this;
    const row = content.rows.shift() as Row;
    if (!fold.takeAway) return;
    const running = content.running as unknown[];
    const staying = content.rows;
    content.running = undefined;
    if (staying.length === 0 || fold.attempt(row, () => (content.running = fold.withoutRow(running, row)))) return;
    content.rows = [];
    for (const other of staying) this.enter(content, other);
  }

  private result(key: string, content: Content, instant: Ticks): Row[] {
    const { keys } = content;
    const states = this.states(content);
    return content.rows.length > 0 ? this.fold.row(key, { keys, states }, instant, this.index) : [];
  }

  private states(content: Content): unknown[] {
    const { fold } = this;
    const states = fold.init();
    if (fold.takeAway) {
      for (const row of content.rows) fold.addToOthers(states, row);
      return states.map((state, i) => content.running?.[i] ?? state);
    }
    // A row that cannot be added to those before it is set aside and leaves the window.
    if (fold.isMergeable) for (const row of content.rows) fold.addTo(states, row);
    else content.rows = content.rows.filter((row) => fold.attempt(row, () => fold.addTo(states, row)));
    return states;
  }

  snapshot(): unknown {
    return [...this.groups.values()].map(({ rows, running }) => [encodeRows(rows, true), running ? this.fold.encodeStates(running) : null]);
  }

  restore(data: unknown): void {
    this.groups = new Map();
    for (const [encoded, running] of data as [EncodedRows, unknown[] | null][]) {
      const rows = decodeRows(encoded, '');
      const keys = this.keysOf(rows[0] as Row);
      this.groups.set(keyOf(keys), { keys, rows, ...(running ? { running: this.fold.decodeStates(running) } : {}) });
    }
  }
}
