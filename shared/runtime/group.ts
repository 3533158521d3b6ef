import type { DeadLetter } from '../event';
import type { Plan, Program, Stage } from '../program';
import { toJsonText } from '../values/json';
import type { Blocks, NewBlocks } from '../values/blocks';
import type { Ticks } from '../values/value';
import { decodeWatermark, encodeWatermark, type LinkDelivery } from './delivery';
import { Inbox } from './inbox';
import { caughtUp } from './late-source';
import { Links } from './links';
import { Outbox } from './outbox';
import type { Progress } from './state-text';
import { Pipeline, type PipelineEnvironment } from './pipeline';
import type { Row } from './row';
import { columnsOf, type Columns } from './row-codec';

type Watermark = LinkDelivery['watermark'];
type GroupBody = [[string, unknown, Watermark][], [string, { count: number; epoch: number }][], unknown, Watermark];

interface Source {
  inbox: Inbox<LinkDelivery>;
  watermark: Ticks;
}

export interface GroupStatus {
  sources: number;
  watermark: Ticks | 'end' | null;
  /** Deliveries held because earlier ones are missing. */
  held: number;
  failed: number;
  /** Rows of partitions that were added and came after their time had passed. */
  late: number;
}

/** One shard of a group stage: merges what its sources send and finishes windows, joins and the like. */
export class GroupState {
  readonly outbox: Outbox;
  private readonly plan: Plan;
  private readonly pipeline: Pipeline;
  private readonly links: Links;
  private readonly sources = new Map<string, Source>();
  /** How many sources each stage above has, as deliveries tell, and in which life of the hub. */
  private readonly expected = new Map<string, { count: number; epoch: number }>();
  /** How far time has come: it never goes back, also when a source is added that is behind. */
  private reached: Ticks = -Infinity;
  private failed = 0;
  private late = 0;

  constructor(
    program: Program,
    private readonly stage: Stage,
    private readonly shard: number,
    environment: PipelineEnvironment & { generation: string; gapTimeoutMs: number },
  ) {
    this.plan = program.plan;
    this.pipeline = new Pipeline(program, stage, environment);
    this.outbox = new Outbox(`${stage.id}.${shard}`, environment.generation);
    this.links = new Links(program.plan, stage, `${stage.id}/${String(shard).padStart(6, '0')}`);
  }

  deliver(delivery: LinkDelivery, nowMs: number): void {
    const source = this.source(delivery.source);
    for (const { delivery: ready } of source.inbox.accept(delivery, nowMs)) {
      this.expect(ready);
      for (const [entry, rows] of Object.entries(ready.channels)) this.pushAll(Number(entry), columnsOf(rows), ready.source);
      source.watermark = Math.max(source.watermark, decodeWatermark(ready.watermark));
    }
    this.send();
  }

  private pushAll(entry: number, rows: Columns, source: string): void {
    if (rows.t.every((t) => t >= this.reached)) this.pipeline.pushColumns(entry, rows, source);
    else for (let i = 0; i < rows.length; i++) this.push(entry, rows.row(i, source));
  }

  private push(entry: number, row: Row): void {
    const usable = caughtUp(row, entry, this.reached, this.plan);
    if (usable !== row) this.late++;
    if (usable) this.pipeline.push(entry, usable);
    else this.outbox.add({ kind: 'dead-letters', letters: [this.letter('late-partition', 'its window had closed before this partition was known: partitions were added to the hub', row.n, toJsonText(row.r))] });
  }

  /** Sources are added and never taken away; only a hub that is made again may have fewer. */
  private expect({ upstream, sources, epoch = 0 }: LinkDelivery): void {
    const known = this.expected.get(upstream);
    if (!known || epoch > known.epoch) this.expected.set(upstream, { count: sources, epoch });
    else if (epoch === known.epoch) known.count = Math.max(known.count, sources);
  }

  private letter(reason: string, message: string, n: number, body: string): DeadLetter {
    return { reason, message, input: this.stage.id, partition: String(this.shard), sequenceNumber: n, enqueued: '', body };
  }

  /** Links are reliable, so a missing delivery is on its way: its gap never times out. */
  private source(name: string): Source {
    const known = this.sources.get(name);
    if (known) return known;
    const made = { inbox: new Inbox<LinkDelivery>(1, Infinity), watermark: -Infinity };
    this.sources.set(name, made);
    return made;
  }

  /** The least over all sources that there are, including those that have not been heard of yet; without those that the hub no longer has. */
  private get watermark(): Ticks {
    let least = Infinity;
    for (const upstream of this.stage.upstream) {
      const count = this.expected.get(upstream)?.count ?? Infinity;
      const names = [...this.sources.keys()].filter((name) => name.startsWith(`${upstream}/`) && !(Number(name.slice(upstream.length + 1)) >= count));
      if (names.length < count) return -Infinity;
      for (const name of names) least = Math.min(least, (this.sources.get(name) as Source).watermark);
    }
    return least;
  }

  private send(): void {
    this.reached = Math.max(this.reached, this.watermark);
    const watermarks = this.pipeline.advance(this.reached);
    const { exchanged, emitted, failures } = this.pipeline.take();
    this.outbox.addRows(emitted);
    this.links.send(exchanged, watermarks, [this.stage.shards, undefined], this.outbox);
    this.failed += failures.length;
    const letters = failures.map((f) => this.letter(f.reason, f.message, f.n, f.row));
    if (letters.length > 0) this.outbox.add({ kind: 'dead-letters', letters });
  }

  status(): GroupStatus {
    const held = [...this.sources.values()].reduce((sum, source) => sum + source.inbox.heldCount, 0);
    return { sources: this.sources.size, watermark: encodeWatermark(this.reached), held, failed: this.failed, late: this.late };
  }

  progress(): Progress {
    return { sent: this.links.sent(), received: Object.fromEntries([...this.sources].map(([name, { inbox }]) => [name, (inbox.next ?? 1) - 1])) };
  }

  /** What grows with the rows: positions, and what the operators keep. */
  body(blocks?: NewBlocks): unknown {
    const sources = [...this.sources].map(([name, { inbox, watermark }]) => [name, inbox.snapshot(), encodeWatermark(watermark)]);
    return [sources, [...this.expected], this.pipeline.snapshot(blocks), encodeWatermark(this.reached)];
  }

  restoreBody(data: unknown, blocks?: Blocks): void {
    const [sources, expected, pipeline, reached] = data as GroupBody;
    for (const [name, inbox, watermark] of sources) {
      const source = this.source(name);
      source.inbox.restore(inbox);
      source.watermark = decodeWatermark(watermark);
    }
    for (const [stage, count] of expected) this.expected.set(stage, count);
    this.pipeline.restore(pipeline, blocks);
    this.reached = decodeWatermark(reached);
  }

  /** What it has counted, numbered and not yet sent. */
  accounts(): unknown {
    return [this.outbox.snapshot(), this.links.snapshot(), this.failed, this.late];
  }

  restoreAccounts(data: unknown): void {
    const [outbox, links, failed, late] = data as [unknown, unknown, number, number];
    this.outbox.restore(outbox);
    this.links.restore(links);
    this.failed = failed;
    this.late = late;
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
