import type { Ticks } from '../../values/value';
import { alignUp } from './alignment';

/** The times of one session, without its rows. */
export interface Session {
  last: Ticks;
  /** Where the longest duration cuts it: a multiple of it, so a session may last up to twice as long. */
  cut: Ticks;
}

/** A session that a first event opens: it is cut at the second multiple of the longest duration after it, or the first if it is on one. */
export function openSession(t: Ticks, maxDuration: Ticks): Session {
  const boundary = alignUp(t, maxDuration);
  return { last: t, cut: boundary + maxDuration };
}

export function endOf(session: Session, timeout: Ticks): Ticks {
  return Math.min(session.last + timeout, session.cut);
}

/** Whether an event still belongs to the session or to its continuation behind a cut: `t - last > timeout` ends it. */
export function reaches(session: Session, t: Ticks, timeout: Ticks): boolean {
  return t - session.last <= timeout;
}

/** The session that goes on at a cut. */
export function continued(session: Session, maxDuration: Ticks): Session {
  return { last: session.last, cut: session.cut + maxDuration };
}
