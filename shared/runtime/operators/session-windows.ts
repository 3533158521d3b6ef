import { continued, endOf, openSession, reaches, type Session } from '../../builtins/windows/session';
import { decodeValue, encodeValue } from '../../values/codec';
import { Deadlines } from '../../values/deadlines';
import { handleOf, keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { Row } from '../row';
import type { RowKey } from '../row-key';
import type { GroupFold, WindowResults } from './group-fold';
import { Groups } from './groups';

class Open implements Session {
  groups = new Groups();

  constructor(
    public last: Ticks,
    public cut: Ticks,
    readonly key: SqlValue[],
  ) {}
}

/** A session that is over. */
interface Closed {
  end: Ticks;
  /** Text of the partition key. */
  key: string;
  groups: Groups;
}

export interface SessionTimes {
  timeout: Ticks;
  maxDuration: Ticks;
}

/** Session windows, one at a time per partition key (see builtins/windows/session.ts for the rule). */
export class SessionWindowsState {
  private sessions = new Map<string | number, Open>();
  /** When to look whether a session is over: each has one entry, for an end that later rows may have put off. */
  private deadlines = new Deadlines<string | number>();
  private closed: Closed[] = [];

  constructor(
    private readonly times: SessionTimes,
    private readonly fold: GroupFold,
    private readonly partition: RowKey,
    private readonly results: WindowResults,
  ) {}

  /** Rows come in order of time. */
  add(row: Row): void {
    const session = this.sessionFor(row);
    session.last = row.t;
    this.fold.tryAdd(session.groups, row);
  }

  /** The session that an event falls into: the open one, its continuation behind a cut, or a new one. */
  private sessionFor(row: Row): Open {
    const { timeout, maxDuration } = this.times;
    const { t } = row;
    const handle = this.partition.handle(row);
    const known = this.sessions.get(handle);
    let session = known;
    while (session && (t > session.cut || !reaches(session, t, timeout))) {
      this.close(session);
      session = reaches(session, t, timeout) ? this.open(continued(session, maxDuration), session.key) : undefined;
    }
    session ??= this.open(openSession(t, maxDuration), known?.key ?? this.partition.values(row));
    if (session !== known) this.sessions.set(handle, session);
    if (!known) this.deadlines.add(endOf(session, timeout), handle);
    return session;
  }

  /** Makes the rows of the sessions that end before `w`, in the order of their ends and keys. */
  advance(w: Ticks): void {
    while (this.deadlines.next < w) this.expire(this.deadlines.take(), w);
    const closed = this.closed.sort((a, b) => a.end - b.end || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.closed = [];
    for (const { end, key, groups } of closed) this.fold.rows(groups, end, `${key}|`, this.results);
  }

  private open({ last, cut }: Session, key: SqlValue[]): Open {
    return new Open(last, cut, key);
  }

  private expire(handle: string | number, w: Ticks): void {
    const { timeout, maxDuration } = this.times;
    let session = this.sessions.get(handle) as Open;
    while (endOf(session, timeout) < w) {
      this.close(session);
      if (session.last + timeout < w) {
        this.sessions.delete(handle);
        return;
      }
      session = this.open(continued(session, maxDuration), session.key);
      this.sessions.set(handle, session);
    }
    this.deadlines.add(endOf(session, timeout), handle);
  }

  /** A continuation that got no event of its own has nothing to tell. */
  private close(session: Open): void {
    if (session.groups.all.length > 0) this.closed.push({ end: endOf(session, this.times.timeout), key: keyOf(session.key), groups: session.groups });
  }

  snapshot(): unknown {
    return [...this.sessions.values()].map(({ key, last, cut, groups }) => [key.map(encodeValue), last, cut, this.fold.encode(groups)]);
  }

  restore(data: unknown): void {
    this.sessions = new Map();
    this.deadlines = new Deadlines();
    for (const [encoded, last, cut, groups] of data as [unknown[], number, number, unknown][]) {
      const key = encoded.map(decodeValue);
      const session = new Open(last, cut, key);
      session.groups = this.fold.decode(groups);
      this.sessions.set(handleOf(key), session);
      this.deadlines.add(endOf(session, this.times.timeout), handleOf(key));
    }
  }
}
