/**
 * What a task hub and its hosts say to each other, as frames (frames.ts) on a connection that begins as an HTTP upgrade of
 * `GET /work-items`. The connection is the lease: what a host was given is its own as long as the connection stands and the host is heard of
 * on it, and nobody's afterwards.
 */
import type { DurableFunctions } from '../../contract';

export const UPGRADE_PATH = '/work-items';
export const UPGRADE_PROTOCOL = 'weir-work-items';

/** What the hub must know of the app that its hosts run; the same for all of them. */
export interface HostedApp {
  taskHub: string;
  functions: DurableFunctions;
  maxEntityBatch?: number;
}

/** One invocation of a durable function. */
export interface WorkItem {
  id: number;
  functionName: string;
  payload: string;
}

export type FromHost =
  /** The first message. */
  | { kind: 'hello'; app: HostedApp }
  /** Still there; sent several times within a lease. */
  | { kind: 'alive' }
  | { kind: 'done'; id: number; result: unknown }
  | { kind: 'failed'; id: number; message: string; stack?: string }
  /** Send nothing more: what is in hand will be finished. */
  | { kind: 'leaving' };

export type FromHub =
  | { kind: 'welcome'; leaseMs: number }
  | { kind: 'refused'; reason: string }
  | ({ kind: 'work' } & WorkItem)
  /** Nothing more comes. */
  | { kind: 'left' };
