import type { Ticks } from '../../values/value';

/** The part of a window's definition that decides which rows belong together. */
export type WindowSpec =
  | { kind: 'tumbling'; size: Ticks; offset: Ticks }
  | { kind: 'hopping'; size: Ticks; hop: Ticks; offset: Ticks }
  | { kind: 'sliding'; size: Ticks }
  | { kind: 'session'; timeout: Ticks; maxDuration: Ticks }
  | { kind: 'snapshot' };
