import type { LiveRun } from './measure-run';

/** A question about the live path. */
export interface LiveQuestion {
  name: string;
  /** The question in a line. */
  asks: string;
  events: number;
  target: { what: string; atLeast: number } | { what: string; atMost: number };
  ask: (events: number) => Promise<{ run: LiveRun; reached: number; more?: Record<string, number> }>;
}
