/** Asks a question: every contender's rows are checked before any time is taken. */
import { apart, type Entrant } from './apart';
import { difference } from './compare';
import { inTurn, timed, type Cost, type Effort } from './measure';
import type { Growth, Opened, Question, ResultRow, StateQuestion } from './question';

export interface ContenderResult {
  name: string;
  /** What is different about its rows; then it has no cost. */
  wrong?: string;
  cost?: Cost;
  /** Per second of processor time and of wall clock. */
  eventsPerCpuSecond?: number;
  eventsPerWallSecond?: number;
  /** How many times as much time it takes as the first one. */
  cpuRatio?: number;
  wallRatio?: number;
}

export interface Answer {
  name: string;
  asks: string;
  events: number;
  bytesPerEvent: number;
  rows: number;
  target?: number;
  met?: boolean;
  contenders: ContenderResult[];
}

export interface AnswerOptions {
  effort: Effort;
  /** Instead of what the question says. */
  events?: number;
}

export async function answer(question: Question, { effort, events = question.events }: AnswerOptions): Promise<Answer> {
  const data = question.data(events);
  const opened: Opened[] = [];
  try {
    for (const contender of question.contenders) opened.push(await contender.open(data));
    const { rows, wrong } = await check(question, opened);
    const fair = opened.flatMap((_, i) => (wrong[i] === undefined ? [i] : []));
    const costs = await costsApart(fair.map((index) => ({ question: question.name, index, events })), effort);
    const contenders = question.contenders.map(({ name }, i) => {
      const reason = wrong[i];
      return reason !== undefined ? { name, wrong: reason } : { name, ...speed(costs[fair.indexOf(i)], costs[0], events) };
    });
    const reached = contenders[0]?.eventsPerCpuSecond;
    const met = question.target !== undefined && reached !== undefined ? { target: question.target, met: reached >= question.target } : {};
    return { name: question.name, asks: question.asks, events, bytesPerEvent: bytesPerEvent(data.from, data.to), rows, ...met, contenders };
  } finally {
    for (const { close } of opened) close();
  }
}

async function costsApart(entrants: readonly Entrant[], effort: Effort): Promise<Cost[]> {
  if (effort.runs === 0) return [];
  const processes = entrants.map(apart);
  try {
    return await inTurn(processes.map(({ run }) => async () => (await run()).cost), effort);
  } finally {
    for (const { close } of processes) close();
  }
}

async function check(question: Question, opened: readonly Opened[]): Promise<{ rows: number; wrong: (string | undefined)[] }> {
  let expected: ResultRow[] | undefined;
  const wrong: (string | undefined)[] = [];
  for (const { run } of opened) {
    const rows = (await run())();
    expected ??= rows;
    wrong.push(difference(expected, rows, question.columns));
  }
  return { rows: expected?.length ?? 0, wrong };
}

function speed(cost: Cost | undefined, first: Cost | undefined, events: number): Omit<ContenderResult, 'name'> {
  if (!cost || !first) return {};
  return {
    cost,
    eventsPerCpuSecond: (events / cost.cpuMs) * 1000,
    eventsPerWallSecond: (events / cost.wallMs) * 1000,
    cpuRatio: cost.cpuMs / first.cpuMs,
    wallRatio: cost.wallMs / first.wallMs,
  };
}

function bytesPerEvent(from: readonly number[], to: readonly number[]): number {
  return to.reduce((sum, end, i) => sum + end - (from[i] as number), 0) / Math.max(1, to.length);
}

export interface GrowthAnswer {
  name: string;
  asks: string;
  axis: string;
  limit?: number;
  points: { at: number; events: number; rows: number; cpuNsPerEvent: number; wallNsPerEvent: number; ratio: number }[];
}

export async function answerGrowth(growth: Growth, { effort, events = growth.events }: AnswerOptions): Promise<GrowthAnswer> {
  const points: GrowthAnswer['points'] = [];
  for (const [index, { at, share = 1 }] of growth.points.entries()) {
    const count = Math.max(1, Math.round(events * share));
    const { run, close } = apart({ question: growth.name, index, events: count });
    const { rows } = await run();
    const [cost] = await inTurn([async () => (await run()).cost], effort);
    close();
    const { cpuMs, wallMs } = cost as Cost;
    const cpuNsPerEvent = (cpuMs * 1e6) / count;
    points.push({ at, events: count, rows, cpuNsPerEvent, wallNsPerEvent: (wallMs * 1e6) / count, ratio: cpuNsPerEvent / (points[0]?.cpuNsPerEvent ?? cpuNsPerEvent) });
  }
  const { name, asks, axis, limit } = growth;
  return { name, asks, axis, limit, points };
}

export interface StateAnswer {
  name: string;
  asks: string;
  keys: number;
  targetMs: number;
  met?: boolean;
  contenders: (ContenderResult & { bytes: number })[];
}

export async function answerState(question: StateQuestion, { effort, events = question.events }: AnswerOptions): Promise<StateAnswer> {
  const data = question.data(events);
  const opened = question.contenders.map(({ open }) => open(data));
  const bytes = opened.map(({ roundTrip }) => roundTrip());
  const rows = opened.map((state) => state.rows());
  const columns = ['deviceId', 'n', '~mean', 'until'];
  const costs = effort.runs > 0 ? await inTurn(opened.map(({ roundTrip }) => async () => (await timed(roundTrip)).cost), effort) : [];
  const contenders = question.contenders.map(({ name }, i) => {
    const wrong = difference(rows[0] as ResultRow[], rows[i] as ResultRow[], columns);
    const cost = costs[i];
    const first = costs[0];
    return { name, bytes: bytes[i] as number, ...(wrong !== undefined ? { wrong } : cost && first ? { cost, cpuRatio: cost.cpuMs / first.cpuMs, wallRatio: cost.wallMs / first.wallMs } : {}) };
  });
  const reached = contenders[0] && 'cost' in contenders[0] ? contenders[0].cost?.cpuMs : undefined;
  return { name: question.name, asks: question.asks, keys: rows[0]?.length ?? 0, targetMs: question.targetMs, ...(reached === undefined ? {} : { met: reached <= question.targetMs }), contenders };
}
