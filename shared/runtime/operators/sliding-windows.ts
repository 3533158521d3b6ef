import { decodeValue, encodeValue } from '../../values/codec';
import { Fifo } from '../../values/fifo';
import { handleOf, keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { Row } from '../row';
import { deltas, sums } from '../row-codec';
import type { GroupFold, WindowResults } from './group-fold';
import { RunningContent, ScriptedContent, type Content } from './sliding-content';

interface Group {
  keys: SqlValue[];
  handle: string | number;
  /** Text of the key. */
  text: string;
  content: Content;
  /** The instant of its last change. */
  changed: Ticks;
}

/**
 * Sliding windows: a result whenever the content of (t - size, t] changes, that is, when a row enters at its time and when it leaves `size`
 * later. Changes of one instant give one result; an empty window gives none.
 *
 * Rows of all groups leave in the order in which they came, so that one queue tells what happens next, and only groups that change are looked at.
 */
export class SlidingWindowsState {
  private groups = new Map<string | number, Group>();
  private readonly times = new Fifo<Ticks>();
  private readonly owners = new Fifo<Group>();
  /** The instant at hand, and the groups that it changes. */
  private instant: Ticks = -Infinity;
  private changed: Group[] = [];

  constructor(
    private readonly size: Ticks,
    private readonly fold: GroupFold,
    private readonly results: WindowResults,
  ) {}

  /** Rows come in order of time. */
  add(row: Row): void {
    if (row.t > this.instant) {
      this.leaveBefore(row.t);
      this.moveTo(row.t);
    }
    const handle = this.fold.key.handle(row);
    let group = this.groups.get(handle);
    if (!group) this.groups.set(handle, (group = this.newGroup(this.fold.key.values(row), handle)));
    const { size } = group.content;
    group.content.enter(row);
    if (group.content.size > size) {
      this.times.push(row.t);
      this.owners.push(group);
    }
    this.change(group);
  }

  /** Makes the results of all changes before `w`. */
  advance(w: Ticks): void {
    this.leaveBefore(w);
    this.settle();
  }

  private newGroup(keys: SqlValue[], handle: string | number): Group {
    return { keys, handle, text: keyOf(keys), content: this.newContent(), changed: -Infinity };
  }

  private newContent(): Content {
    return this.fold.isMergeable ? new RunningContent(this.fold) : new ScriptedContent(this.fold);
  }

  private leaveBefore(w: Ticks): void {
    for (let first = this.times.first; first !== undefined && first + this.size < w; first = this.times.first) this.moveTo(first + this.size);
  }

  /** Results of the instant at hand, then what leaves at the next one. */
  private moveTo(instant: Ticks): void {
    this.settle();
    this.instant = instant;
    const last = instant - this.size;
    for (let first = this.times.first; first !== undefined && first <= last; first = this.times.first) {
      this.times.shift();
      const group = this.owners.shift();
      if (group.content.leave(first)) this.change(group);
    }
  }

  private change(group: Group): void {
    if (group.changed === this.instant) return;
    group.changed = this.instant;
    this.changed.push(group);
  }

  /** The results of the instant at hand in the order of their keys, so that nothing depends on which row came first. */
  private settle(): void {
    const { changed, instant, results } = this;
    if (changed.length === 0) return;
    if (changed.length > 1) changed.sort((a, b) => (a.text < b.text ? -1 : 1));
    const at = `${instant}|${results.index}|`;
    for (const { keys, content, text, handle } of changed) {
      content.prepare();
      if (content.size > 0) this.fold.row(keys, content, { end: instant, k: at + text }, results);
      if (content.size === 0) this.groups.delete(handle);
    }
    changed.length = 0;
  }

  snapshot(): unknown {
    const groups = [...this.groups.values()];
    const places = new Map(groups.map((group, i) => [group, i]));
    const leaving = this.owners.toArray().map((group) => places.get(group) ?? -1);
    const isThere = (_: unknown, i: number): boolean => leaving[i] !== -1;
    return [groups.map(({ keys, content }) => [keys.map(encodeValue), content.snapshot()]), deltas(this.times.toArray().filter(isThere)), leaving.filter(isThere)];
  }

  restore(data: unknown): void {
    const [encoded, times, owners] = data as [[unknown[], unknown][], Ticks[], number[]];
    const groups = encoded.map(([keys, data]) => {
      const content = this.newContent();
      content.restore(data);
      const values = keys.map(decodeValue);
      const group = { ...this.newGroup(values, handleOf(values)), content };
      this.groups.set(group.handle, group);
      return group;
    });
    sums(times).forEach((t, i) => {
      this.times.push(t);
      this.owners.push(groups[owners[i] as number] as Group);
    });
  }
}
