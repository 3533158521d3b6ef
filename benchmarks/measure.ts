/** Time that something took: of the wall clock, and of processors in all threads of this process. */
export interface Cost {
  wallMs: number;
  cpuMs: number;
}

export async function timed<T>(work: () => Promise<T> | T): Promise<{ cost: Cost; result: T }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { cost: { wallMs, cpuMs: (user + system) / 1000 }, result };
}

export function median(values: readonly number[]): number {
  const order = [...values].sort((a, b) => a - b);
  const middle = order.length >> 1;
  return order.length % 2 === 1 ? (order[middle] as number) : ((order[middle - 1] as number) + (order[middle] as number)) / 2;
}

export function medianCost(costs: readonly Cost[]): Cost {
  return { wallMs: median(costs.map((cost) => cost.wallMs)), cpuMs: median(costs.map((cost) => cost.cpuMs)) };
}

/** How often each contender runs: first without being timed, until its code is compiled, then timed. */
export interface Effort {
  warmUps: number;
  runs: number;
}

/**
 * Every work in turn, as often as `effort` says: what else the machine does in the meantime falls on all of them alike, so that ratios hold
 * on a busy machine too.
 */
export async function inTurn(works: readonly (() => Promise<Cost>)[], effort: Effort): Promise<Cost[]> {
  const costs: Cost[][] = works.map(() => []);
  for (let round = 0; round < effort.warmUps + effort.runs; round++) {
    for (const [i, work] of works.entries()) {
      const cost = await work();
      if (round >= effort.warmUps) costs[i]?.push(cost);
    }
  }
  return costs.map(medianCost);
}
