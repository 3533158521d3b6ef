/** What a plan asks of Azure at a given load, in operations of durable entities and throughput units: the arithmetic of docs/performance.md. */
import type { AggregateOperator, ExchangeOperator, Plan, Stage } from '../../../shared/program';
import { TICKS_PER_SECOND } from '../../../shared/values/ticks';
import { ENTITY_OPERATIONS, EVENTS_PER_BATCH, THROUGHPUT_UNIT } from './limits';

export interface Load {
  /** Events a second of each streaming input, evenly over its partitions. */
  rate: number;
  partitions: number;
  eventBytes: number;
}

export interface Cost {
  /** Batches a second of each partition: one, or as many as full ones are. */
  batches: number;
  /** Operations a second of all durable entities. */
  operations: number;
  /** Of each input. */
  throughputUnits: number;
}

/** Deliveries a second that one instance of a stage gets, and on how many of the activations that follow it has something to send. */
interface Traffic {
  instances: number;
  received: number;
  closing: number;
}

export function costOf(plan: Plan, { rate, partitions, eventBytes }: Load): Cost {
  const batches = Math.max(1, rate / partitions / EVENTS_PER_BATCH);
  const traffic = new Map<string, Traffic>();
  for (const stage of plan.stages.filter(({ kind }) => kind === 'ingest')) traffic.set(stage.id, { instances: partitions, received: batches, closing: batches });
  let waiting = plan.stages.filter(({ kind }) => kind !== 'ingest');
  while (waiting.length > 0) {
    const ready = waiting.filter(({ upstream }) => upstream.every((id) => traffic.has(id)));
    if (ready.length === 0) throw new Error('the stages of the plan feed each other in a circle');
    for (const stage of ready) traffic.set(stage.id, trafficOf(stage, plan, traffic));
    waiting = waiting.filter((stage) => !ready.includes(stage));
  }
  return { batches, operations: operationsOf(plan, traffic), throughputUnits: Math.ceil(Math.max(rate / THROUGHPUT_UNIT.events, (rate * eventBytes) / THROUGHPUT_UNIT.bytes)) };
}

function trafficOf(stage: Stage, plan: Plan, traffic: ReadonlyMap<string, Traffic>): Traffic {
  const trafficAt = (id: string): Traffic => traffic.get(id) as Traffic;
  if (stage.kind === 'partition') {
    // A partition has its own trigger.
    const trigger = trafficAt(stage.upstream[0] as string);
    return { ...trigger, closing: closingOf(stage, plan, trigger.received) };
  }
  // A shard hears from every instance of what feeds it.
  const received = stage.upstream.reduce((sum, id) => sum + trafficAt(id).instances * sendingRate({ stage, from: id }, trafficAt(id).received, plan), 0);
  return { instances: stage.shards, received, closing: closingOf(stage, plan, received) };
}

/** A window's partial result leaves once it closes; everything else with each activation that moves time on. */
function sendingRate({ stage, from }: { stage: Stage; from: string }, received: number, plan: Plan): number {
  const sources = stage.entries.map((id) => plan.operators[id] as ExchangeOperator).filter((op) => op.stage === from).map((op) => plan.operators[op.inputs[0] as number]);
  const aligned = sources.every((op) => op?.kind === 'aggregate' && op.phase === 'partial' && windowsPerSecond(op) !== undefined);
  if (!aligned) return received;
  return Math.min(received, sources.reduce((sum, op) => sum + (windowsPerSecond(op as AggregateOperator) ?? 0), 0));
}

/** How many activations a second find something to send or to write. */
function closingOf(stage: Stage, plan: Plan, received: number): number {
  const aggregates = stage.operators.map((id) => plan.operators[id]).filter((op) => op?.kind === 'aggregate');
  const rates = aggregates.map((op) => windowsPerSecond(op as AggregateOperator));
  const leaving = stage.operators.map((id) => plan.operators[id]).filter((op) => op?.kind === 'join' || op?.kind === 'analytic' || op?.kind === 'match');
  if (rates.length === 0 || rates.includes(undefined) || leaving.some((op) => !op?.inputs.some((id) => plan.operators[id]?.kind === 'aggregate'))) return received;
  return Math.min(received, rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0));
}

/** Windows that close in a second; undefined where that depends on the events. */
function windowsPerSecond(op: AggregateOperator): number | undefined {
  let sum = 0;
  for (const window of op.windows) {
    if (window.kind !== 'tumbling' && window.kind !== 'hopping') return undefined;
    sum += TICKS_PER_SECOND / (window.kind === 'tumbling' ? window.size : window.hop);
  }
  return sum;
}

/** Each delivery is an operation, and each activation that leaves something to send is followed by one that sends it. All partition stages of an input share an entity. */
function operationsOf(plan: Plan, traffic: ReadonlyMap<string, Traffic>): number {
  const inputs = new Map<string, Traffic>();
  let operations = 0;
  for (const stage of plan.stages) {
    const own = traffic.get(stage.id) as Traffic;
    if (stage.kind === 'group') operations += own.instances * (own.received + own.closing);
    if (stage.kind !== 'partition') continue;
    const shared = inputs.get(stage.input ?? '');
    inputs.set(stage.input ?? '', { ...own, closing: Math.min(own.received, own.closing + (shared?.closing ?? 0)) });
  }
  for (const { instances, received, closing } of inputs.values()) operations += instances * (received + closing);
  return operations;
}

/** As lines behind a plan. */
export function costText(plan: Plan, load: Load): string {
  const { batches, operations, throughputUnits } = costOf(plan, load);
  const share = (limit: number): string => `${shown((operations / limit) * 100)} % of`;
  const { azureStorage, schedulerConsumption, schedulerUnit } = ENTITY_OPERATIONS;
  const head = `cost at ${load.rate.toLocaleString('en')} events/s of ${load.eventBytes.toLocaleString('en')} bytes in each input, ${load.partitions} partitions, batches a second from each: ${shown(batches)} (--rate, --event-bytes, --partitions):`;
  const entities =
    operations === 0
      ? 'no entity operations'
      : `at most ${shown(operations)} entity operations/s: ${share(azureStorage)} Azure Storage (${azureStorage}), ${share(schedulerConsumption)} a Durable Task Scheduler (${schedulerConsumption}), ${share(schedulerUnit)} a dedicated unit (${schedulerUnit.toLocaleString('en')})`;
  return [head, `  ${throughputUnits} throughput ${throughputUnits === 1 ? 'unit' : 'units'} for each input`, `  ${entities}`].join('\n');
}

/** Three digits at most, and none behind the point from 100 on. */
function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
