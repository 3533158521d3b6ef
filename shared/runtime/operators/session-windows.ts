import { continued, endOf, openSession, reaches, type Session } from '../../builtins/windows/session';
import { keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { Row } from '../row';
import type { GroupFold, Groups } from './group-fold';

interface Open extends Session {
  groups: Groups;
}

export interface SessionTimes {
  timeout: Ticks;
  maxDuration: Ticks;
}

/** Session windows, one at a time per partition key (see builtins/windows/session.ts for the rule). */
export class SessionWindowsState {
  private sessions = new Map<string, Open>();

  constructor(
    private readonly times: SessionTimes,
    private readonly fold: GroupFold,
    private readonly partitionOf: (row: Row) => SqlValue[],
    private readonly index: number,
  ) {}

  process(rows: readonly Row[], w: Ticks): Row[] {
    const results: Row[] = [];
    for (const row of rows) {
      const key = keyOf(this.partitionOf(row));
      const session = this.sessionFor(key, row.t, results);
      session.last = row.t;
      this.fold.tryAdd(session.groups, row);
    }
    for (const [key, session] of this.sessions) this.expire(key, session, w, results);
    return results.sort((a, b) => a.t - b.t);
  }

  /** The session that an event falls into: the open one, its continuation behind a cut, or a new one. */
  private sessionFor(key: string, t: Ticks, results: Row[]): Open {
    const { timeout, maxDuration } = this.times;
    let session = this.sessions.get(key);
    while (session && (t > session.cut || !reaches(session, t, timeout))) {
      this.close(key, session, results);
      session = reaches(session, t, timeout) ? { ...continued(session, maxDuration), groups: new Map() } : undefined;
    }
    session ??= { ...openSession(t, maxDuration), groups: new Map() };
    this.sessions.set(key, session);
    return session;
  }

  private expire(key: string, session: Open, w: Ticks, results: Row[]): void {
    let current = session;
    while (endOf(current, this.times.timeout) < w) {
      this.close(key, current, results);
      if (current.last + this.times.timeout < w) {
        this.sessions.delete(key);
        return;
      }
      current = { ...continued(current, this.times.maxDuration), groups: new Map() };
      this.sessions.set(key, current);
    }
  }

  /** A continuation that got no event of its own has nothing to tell. */
  private close(key: string, session: Open, results: Row[]): void {
    if (session.groups.size > 0) results.push(...this.fold.rows(session.groups, endOf(session, this.times.timeout), this.index, `${key}|`));
  }

  snapshot(): unknown {
    return [...this.sessions].map(([key, { last, cut, groups }]) => [key, last, cut, this.fold.encode(groups)]);
  }

  restore(data: unknown): void {
    this.sessions = new Map((data as [string, number, number, unknown][]).map(([key, last, cut, groups]) => [key, { last, cut, groups: this.fold.decode(groups) }]));
  }
}
