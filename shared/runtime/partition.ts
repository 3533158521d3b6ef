import type { DeadLetter } from '../event';
import type { Program, ScanOperator, Stage, TimePolicy } from '../program';
import { formatDateTime } from '../values/ticks';
import { toJsonText } from '../values/json';
import type { Blocks, NewBlocks } from '../values/blocks';
import type { Ticks } from '../values/value';
import { countFate, fatesFrom, newCounters, type Counters } from './counters';
import { decodeWatermark, type IngestChannel, type IngestDelivery } from './delivery';
import { Epochs } from './epochs';
import { Links } from './links';
import { Outbox } from './outbox';
import type { Progress } from './state-text';
import { Pipeline, type PipelineEnvironment } from './pipeline';
import { columnsOf } from './row-codec';
import type { Row } from './row';
import { OrderPolicy } from './time-policy';

export interface PartitionEnvironment extends PipelineEnvironment {
  policy: TimePolicy;
  gapTimeoutMs: number;
}

/** Moves time on in a quiet partition. */
export interface Tick {
  /** Ticks; `end` drains everything. */
  watermark: Ticks | 'end';
  /** Only once this event has been applied: a backlog is never called late. */
  lastSequenceNumber: number;
  partitions: number;
  /** When the hub was made, ms since 1970; see {@link IngestDelivery.epoch}. */
  epoch?: number;
}

export interface PartitionStatus extends Counters {
  /** Events received but held because earlier ones are missing. */
  pending: number;
  /** Positions that were gone before they could be read. */
  gap: number;
  /** How often the hub was deleted and made again. */
  resets: number;
  /** When the hub was made whose events were read last, ms since 1970; null when nobody told. */
  epoch: number | null;
  /** The last position applied; -1 before the first. */
  position: number;
  watermark: string | null;
}

/** One scan's part of the partition stage. */
interface ScanStage {
  scan: ScanOperator;
  policy: OrderPolicy;
  pipeline: Pipeline;
  links: Links;
}

/** Positions of events that were out of order, each once however many scans read it. */
interface Disorder {
  adjusted: Set<number>;
  dropped: Set<number>;
}

/** The state of one partition of an input: order, watermark, partial aggregates; the first stage with state. */
export class PartitionState {
  readonly outbox: Outbox;
  private readonly epochs: Epochs;
  private readonly stages: ScanStage[];
  private counters = newCounters();
  /** How many partitions the hub has, and which life of it that is true of. */
  private partitions: [number, number | undefined] = [1, undefined];
  /** The latest tick that came before events that it knows of. */
  private waiting: Tick | undefined;

  constructor(
    program: Program,
    private readonly input: string,
    private readonly partition: string,
    private readonly environment: PartitionEnvironment & { generation: string },
  ) {
    this.epochs = new Epochs(environment.gapTimeoutMs);
    this.outbox = new Outbox(`${input}.${partition}`, environment.generation);
    const own = program.plan.stages.filter((stage) => stage.kind === 'partition' && stage.input?.toLowerCase() === input.toLowerCase());
    this.stages = own.map((stage) => this.scanStage(program, stage));
  }

  private scanStage(program: Program, stage: Stage): ScanStage {
    const scan = program.plan.operators[Number(stage.id.slice(stage.id.lastIndexOf('.') + 1))] as ScanOperator;
    return {
      scan,
      policy: new OrderPolicy(this.environment.policy, scan.timestamp !== undefined, scan.over.length > 0),
      pipeline: new Pipeline(program, stage, this.environment),
      links: new Links(program.plan, stage, `${stage.id}/${this.partition.padStart(6, '0')}`),
    };
  }

  deliver(delivery: IngestDelivery, nowMs: number): void {
    for (const { delivery: ready, from } of this.epochs.accept(delivery, nowMs)) this.apply(ready, from);
    if (this.waiting && this.passTime(this.waiting)) this.waiting = undefined;
    this.send();
  }

  /** Time passes without events. While events are known to be on their way it waits for them: no other tick may follow, for the clock rests when the hub does. */
  tick(tick: Tick, nowMs: number): void {
    this.count(tick.partitions, tick.epoch);
    for (const { delivery, from } of this.epochs.ready(nowMs)) this.apply(delivery, from);
    if (!this.passTime(tick) && timeOf(tick) > timeOf(this.waiting)) this.waiting = tick;
    this.send();
  }

  /** Whether the events that the tick knows of have all been applied; then it takes effect. */
  private passTime(tick: Tick): boolean {
    const isDue = this.epochs.isUpTo(tick.lastSequenceNumber, tick.epoch);
    if (isDue) for (const { policy } of this.stages) policy.tick(timeOf(tick));
    return isDue;
  }

  /** Partitions are added to a hub and never taken away; only a hub that is made again may have fewer. */
  private count(partitions: number, epoch: number | undefined): void {
    const [count, known] = this.partitions;
    if (epoch !== undefined && epoch > (known ?? -Infinity)) this.partitions = [known === undefined ? Math.max(count, partitions) : partitions, epoch];
    else if (epoch === undefined || epoch === known) this.partitions = [Math.max(count, partitions), known];
  }

  private apply(delivery: IngestDelivery, from: number): void {
    this.count(delivery.partitions, delivery.epoch);
    for (const [fate, count] of fatesFrom(delivery.fates, delivery.first, from)) countFate(this.counters, fate, count);
    this.counters.bytes += Math.round((delivery.bytes * (delivery.last - from + 1)) / (delivery.last - delivery.first + 1));
    const disorder: Disorder = { adjusted: new Set(), dropped: new Set() };
    for (const stage of this.stages) {
      for (const entry of stage.pipeline.stage.entries) {
        const channel = delivery.channels[entry];
        if (channel) this.applyChannel(stage, entry, channel, { from, disorder });
      }
      const { max, arrival } = delivery.scans[stage.scan.id] ?? { max: null, arrival: null };
      stage.policy.observe(max, arrival);
    }
    this.counters.outOfOrder += new Set([...disorder.adjusted, ...disorder.dropped]).size;
  }

  private applyChannel(stage: ScanStage, entry: number, channel: IngestChannel, { from, disorder }: { from: number; disorder: Disorder }): void {
    const rows = columnsOf(channel.rows);
    // All channels of a scan are judged against the same past, so each starts from the policy as it was before the delivery.
    const policy = stage.pipeline.stage.entries.length > 1 ? stage.policy.copy() : stage.policy;
    if (rows.length > 0 && (rows.n[0] as number) >= from && policy.keepsAll(rows.t, channel.max)) return stage.pipeline.pushColumns(entry, rows.with(rows.cols), '');
    const times: Ticks[] = [];
    let running = -Infinity;
    for (let i = 0; i < rows.length; i++) {
      const own = rows.t[i] as Ticks;
      const n = rows.n[i] as number;
      running = Math.max(running, own);
      const t = n < from ? NaN : (policy.judge(own, channel.max?.[i] ?? running, channel.over?.[i]) ?? NaN);
      times.push(t);
      if (n < from) continue;
      if (Number.isNaN(t)) this.dropOutOfOrder(rows.row(i, ''), disorder.dropped);
      else if (t !== own) disorder.adjusted.add(n);
    }
    stage.pipeline.pushColumns(entry, rows.at(times), '');
  }

  /** The row's event was counted as applied by the trigger, which cannot know the order. Several scans may drop one event. */
  private dropOutOfOrder(row: Row, dropped: Set<number>): void {
    if (dropped.has(row.n)) return;
    dropped.add(row.n);
    this.counters.applied--;
    this.counters.deadLettered['out-of-order'] = (this.counters.deadLettered['out-of-order'] ?? 0) + 1;
    this.outbox.add({ kind: 'dead-letters', letters: [this.letter('out-of-order', `the row's time ${formatDateTime(row.t)} is below the watermark; see "time.outOfOrder" in job.json`, row.n, toJsonText(row.r))] });
  }

  private letter(reason: string, message: string, n: number, body: string): DeadLetter {
    return { reason, message, input: this.input, partition: this.partition, sequenceNumber: n, enqueued: '', body };
  }

  private send(): void {
    for (const { policy, pipeline, links } of this.stages) {
      const watermarks = pipeline.advance(policy.watermark);
      const { exchanged, emitted, failures } = pipeline.take();
      this.outbox.addRows(emitted);
      links.send(exchanged, watermarks, this.partitions, this.outbox);
      if (failures.length > 0) this.outbox.add({ kind: 'dead-letters', letters: failures.map((f) => this.letter(f.reason, f.message, f.n, f.row)) });
    }
  }

  status(): PartitionStatus {
    const pending = this.epochs.pendingEvents;
    const { made, inbox } = this.epochs.current;
    const watermarks = this.stages.map(({ policy }) => policy.watermark).filter(Number.isFinite);
    return { ...this.counters, events: this.counters.events + pending, pending, gap: this.epochs.gap, resets: this.epochs.resets, epoch: made ?? null, position: (inbox.next ?? 0) - 1, watermark: watermarks.length > 0 ? formatDateTime(Math.min(...watermarks)) : null };
  }

  progress(): Progress {
    const { made, inbox } = this.epochs.current;
    return { ...(inbox.next === undefined ? {} : { next: inbox.next }), ...(made === undefined ? {} : { epoch: made }), sent: this.stages.flatMap(({ links }) => links.sent()), received: {} };
  }

  /** What grows with the rows: positions, order, and what the operators keep. */
  body(blocks?: NewBlocks): unknown {
    return [this.epochs.snapshot(), this.partitions.map((n) => n ?? null), this.stages.map(({ policy, pipeline }) => [policy.snapshot(), pipeline.snapshot(blocks)]), this.waiting ?? null];
  }

  restoreBody(data: unknown, blocks?: Blocks): void {
    const [epochs, [count, epoch], stages, waiting] = data as [unknown, [number, number | null], [unknown, unknown][], Tick | null];
    this.epochs.restore(epochs);
    this.partitions = [count, epoch ?? undefined];
    this.waiting = waiting ?? undefined;
    this.stages.forEach((stage, i) => {
      const [policy, pipeline] = stages[i] as [unknown, unknown];
      stage.policy.restore(policy);
      stage.pipeline.restore(pipeline, blocks);
    });
  }

  /** What it has counted, numbered and not yet sent. */
  accounts(): unknown {
    return [this.outbox.snapshot(), this.counters, this.stages.map(({ links }) => links.snapshot())];
  }

  restoreAccounts(data: unknown): void {
    const [outbox, counters, links] = data as [unknown, Counters, unknown[]];
    this.outbox.restore(outbox);
    this.counters = counters;
    this.stages.forEach((stage, i) => stage.links.restore(links[i]));
  }

  snapshot(): unknown {
    return [this.body(), this.accounts()];
  }

  restore(data: unknown): void {
    const [body, accounts] = data as [unknown, unknown];
    this.restoreBody(body);
    this.restoreAccounts(accounts);
  }
}

function timeOf(tick: Tick | undefined): Ticks {
  return tick ? decodeWatermark(tick.watermark) : -Infinity;
}
