import type { Running } from '../../builtins/aggregates/running';
import { decodeValue, encodeValue } from '../../values/codec';
import { Fifo } from '../../values/fifo';
import { handleOf, keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { Row } from '../row';
import { deltas, sums } from '../row-codec';
import { instantOf, type GroupFold, type WindowResults } from './group-fold';
import { RunningContent, ScriptedContent, type Content, type Leaving } from './sliding-content';

interface Group {
  keys: SqlValue[];
  handle: string | number;
  /** Text of the key. */
  text: string;
  /** What to compare by instead of the text, where both groups have it: a key that is a text, as it came. The text was put together, which makes it slow to compare. */
  plain: string | undefined;
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
  /**
   * What the aggregates were given, where they follow what comes and goes: side by side for all groups, so that a group has only the states, and what is read next is near what was
   * read last.
   */
  private readonly args: Fifo<SqlValue>[];
  private readonly orders: (Fifo<readonly SqlValue[] | undefined> | undefined)[];
  private readonly leaving: Leaving & { values: SqlValue[] };
  /** The instant at hand, and the groups that it changes. */
  private instant: Ticks = -Infinity;
  private changed: Group[] = [];
  /** Whose row has left last. */
  private owner: Group | undefined;

  constructor(
    private readonly size: Ticks,
    private readonly fold: GroupFold,
    private readonly results: WindowResults,
  ) {
    const orders = fold.isMergeable ? fold.hasOrder : [];
    this.args = orders.map(() => new Fifo());
    this.orders = orders.map((hasOrder) => (hasOrder ? new Fifo() : undefined));
    this.leaving = { values: [], refill: (i, aggregate) => this.refill(i, aggregate) };
  }

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
    if (group.content.size > size) this.remember(row.t, group);
    this.change(group);
  }

  private remember(t: Ticks, group: Group): void {
    this.times.push(t);
    this.owners.push(group);
    const { values, orders } = this.fold;
    for (let i = 0; i < this.args.length; i++) {
      (this.args[i] as Fifo<SqlValue>).push(values[i] as SqlValue);
      this.orders[i]?.push(orders[i]);
    }
  }

  /** The first row leaves. */
  private leave(): void {
    const t = this.times.shift();
    const group = this.owners.shift();
    this.owner = group;
    for (let i = 0; i < this.args.length; i++) {
      this.leaving.values[i] = (this.args[i] as Fifo<SqlValue>).shift();
      this.orders[i]?.shift();
    }
    if (group.content.leave(t, this.leaving)) this.change(group);
  }

  /** Of the group that a row has just left. */
  private refill(i: number, aggregate: Running): void {
    const [times, values, orders] = [this.times.toArray(), (this.args[i] as Fifo<SqlValue>).toArray(), this.orders[i]?.toArray()];
    aggregate.startAnew();
    this.owners.toArray().forEach((owner, at) => {
      if (owner === this.owner) aggregate.add(values[at] as SqlValue, times[at] as Ticks, orders?.[at]);
    });
  }

  /** Makes the results of all changes before `w`. */
  advance(w: Ticks): void {
    this.leaveBefore(w);
    this.settle();
  }

  private newGroup(keys: SqlValue[], handle: string | number): Group {
    const text = keyOf(keys);
    const [key] = keys;
    return { keys, handle, text, plain: keys.length === 1 && typeof key === 'string' && text.length === key.length + 1 ? key : undefined, content: this.newContent(), changed: -Infinity };
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
    for (let first = this.times.first; first !== undefined && first <= last; first = this.times.first) this.leave();
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
    this.changed = [];
    sortByKey(changed);
    const at = instantOf(instant, '', results);
    for (const { keys, content, text, handle } of changed) {
      content.prepare();
      if (content.size > 0) this.fold.row(keys, text, content, at);
      if (content.size === 0) this.groups.delete(handle);
    }
  }

  snapshot(): unknown {
    const groups = [...this.groups.values()];
    const places = new Map(groups.map((group, i) => [group, i]));
    const owners = this.owners.toArray().map((group) => places.get(group) ?? -1);
    const args = this.args.map((values, i) => [values.toArray().map(encodeValue), this.orders[i]?.toArray().map((order) => order?.map(encodeValue)) ?? null]);
    return [groups.map(({ keys, content }) => [keys.map(encodeValue), content.snapshot()]), deltas(this.times.toArray()), owners, args];
  }

  restore(data: unknown): void {
    const [encoded, times, owners, args] = data as [[unknown[], unknown][], Ticks[], number[], [unknown[], unknown[][] | null][]];
    const groups = encoded.map(([keys, content]) => {
      const values = keys.map(decodeValue);
      const group = this.newGroup(values, handleOf(values));
      group.content.restore(content);
      this.groups.set(group.handle, group);
      return group;
    });
    const { values, orders } = this.fold;
    sums(times).forEach((t, at) => {
      const group = groups[owners[at] as number];
      // The group is gone whose row was set aside.
      if (!group) return;
      args.forEach(([column, order], i) => {
        values[i] = decodeValue(column[at]);
        orders[i] = order?.[at]?.map(decodeValue);
      });
      if (group.content instanceof RunningContent) group.content.add(values, t, orders);
      this.remember(t, group);
    });
  }
}

/** More than this are left to the general way. */
const FEW = 32;

function sortByKey(groups: Group[]): void {
  if (groups.length > FEW) groups.sort(byKey);
  else for (let i = 1; i < groups.length; i++) {
    const group = groups[i] as Group;
    let at = i;
    for (; at > 0 && byKey(group, groups[at - 1] as Group) < 0; at--) groups[at] = groups[at - 1] as Group;
    groups[at] = group;
  }
}

function byKey(a: Group, b: Group): number {
  return (a.plain !== undefined && b.plain !== undefined ? a.plain < b.plain : a.text < b.text) ? -1 : 1;
}
