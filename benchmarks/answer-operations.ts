import { difference } from './compare';
import { median } from './measure';
import type { OperatedState, OperationGrowth } from './question';

export interface OperationCost {
  /** Of an operation on average, over all from one time that the state was written whole to the next. */
  bytes: number;
  cpuMs: number;
  /** Of the dearest operation. */
  dearestMs: number;
  /** The CPU time of an activation that finds no live state, halfway from one new base to the next: median. */
  coldMs: number;
  operations: number;
}

export interface OperationsAnswer {
  name: string;
  asks: string;
  axis: string;
  points: { at: number; logged: OperationCost; whole: OperationCost; wrong?: string }[];
}

/** Operations that both do before their rows are compared, and at least as many as are measured. */
const TOGETHER = 20;
/** An operation that is written whole costs the same each time. */
const WHOLE_MS = 2_000;
const MOST = 10_000;
/** A state that is in the entity's own text has no log: so many operations tell what one costs. */
const SMALL = 400;

export function answerOperations({ name, asks, axis, columns, points }: OperationGrowth, runs: number): OperationsAnswer {
  return {
    name,
    asks,
    axis,
    points: points.map(({ at, logged, whole }) => {
      const states = [logged(), whole()] as const;
      for (const state of states) for (let i = 0; i < TOGETHER; i++) state.prepare()();
      const wrong = difference(states[1].rows(), states[0].rows(), columns);
      return { at, logged: cycle(states[0], runs), whole: atLeast(states[1], runs), ...(wrong === undefined ? {} : { wrong }) };
    }),
  };
}

/** From one new base to the next. */
function cycle(state: OperatedState, runs: number): OperationCost {
  let isLogged = state.hasLog();
  for (let i = 0; i < MOST && isLogged && !state.prepare()().isCompact; i++) isLogged = state.hasLog();
  const meter = new Meter();
  while (meter.operations < (isLogged ? MOST : SMALL)) if (meter.add(state.prepare())) break;
  for (let i = 0; isLogged && i < meter.operations / 2; i++) state.prepare()();
  return meter.cost(state, runs);
}

function atLeast(state: OperatedState, runs: number): OperationCost {
  const meter = new Meter();
  while (meter.operations < TOGETHER && (meter.operations < 3 || meter.cpuMs < WHOLE_MS)) meter.add(state.prepare());
  return meter.cost(state, runs);
}

class Meter {
  operations = 0;
  cpuMs = 0;
  private bytes = 0;
  private dearestMs = 0;

  add(operation: () => { bytes: number; isCompact: boolean }): boolean {
    const { result, ms } = cpu(operation);
    this.operations++;
    this.cpuMs += ms;
    this.bytes += result.bytes;
    this.dearestMs = Math.max(this.dearestMs, ms);
    return result.isCompact;
  }

  cost(state: OperatedState, runs: number): OperationCost {
    const { operations, cpuMs, bytes, dearestMs } = this;
    const coldMs = median(Array.from({ length: runs }, () => cpu(() => state.readBack()).ms));
    return { bytes: bytes / operations, cpuMs: cpuMs / operations, dearestMs, coldMs, operations };
  }
}

function cpu<T>(work: () => T): { result: T; ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}
