import { keyOf } from '../../values/key';
import type { SqlValue } from '../../values/value';

/** One group of a window: its key and a state per aggregate. */
export interface Group {
  /** As `handleOf` of values/key.ts gives it. */
  handle: string | number;
  keys: SqlValue[];
  states: unknown[];
}

/** More groups than this are found through an index. */
const FEW = 8;

/** The groups of a window. Most windows of a session have one, which needs no index. */
export class Groups {
  /** In the order in which they came. */
  all: readonly Group[] = NONE;
  private index: Map<string | number, Group> | undefined;

  find(handle: string | number): Group | undefined {
    if (this.index) return this.index.get(handle);
    for (let i = 0; i < this.all.length; i++) if (this.all[i]?.handle === handle) return this.all[i];
    return undefined;
  }

  add(group: Group): void {
    if (this.all.length === 0) this.all = [group];
    else (this.all as Group[]).push(group);
    if (this.index) this.index.set(group.handle, group);
    else if (this.all.length > FEW) this.index = new Map(this.all.map((known) => [known.handle, known]));
  }

  /** In the order of the texts of their keys. */
  sorted(): readonly Group[] {
    if (this.all.length < 2) return this.all;
    const texts = new Map(this.all.map((group) => [group, keyOf(group.keys)]));
    return [...this.all].sort((a, b) => ((texts.get(a) as string) < (texts.get(b) as string) ? -1 : 1));
  }
}

const NONE: readonly Group[] = [];
