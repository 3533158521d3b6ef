import type { DeadLetter } from '../event';
import type { Program, Stage } from '../program';
import type { Ticks } from '../values/value';
import { decodeWatermark, encodeWatermark, type LinkDelivery } from './delivery';
import { Inbox } from './inbox';
import { Links } from './links';
import { Outbox } from './outbox';
import { Pipeline, type PipelineEnvironment } from './pipeline';
import { decodeRows } from './row-codec';

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
}

/** One shard of a group stage: merges what its sources send and finishes windows, joins and the like. */
export class GroupState {
  readonly outbox: Outbox;
  private readonly pipeline: Pipeline;
  private readonly links: Links;
  private readonly sources = new Map<string, Source>();
  /** How many sources each stage above has, as deliveries tell. */
  private readonly expected = new Map<string, number>();
  private failed = 0;

  constructor(
    program: Program,
    private readonly stage: Stage,
    private readonly shard: number,
    environment: PipelineEnvironment & { generation: string; gapTimeoutMs: number },
  ) {
    this.pipeline = new Pipeline(program, stage, environment);
    this.outbox = new Outbox(`${stage.id}.${shard}`, environment.generation);
    this.links = new Links(program.plan, stage, `${stage.id}/${String(shard).padStart(6, '0')}`);
  }

  deliver(delivery: LinkDelivery, nowMs: number): void {
    const source = this.source(delivery.source);
    for (const { delivery: ready } of source.inbox.accept(delivery, nowMs)) {
      this.expected.set(ready.upstream, ready.sources);
      for (const [entry, rows] of Object.entries(ready.channels)) for (const row of decodeRows(rows, ready.source)) this.pipeline.push(Number(entry), row);
      source.watermark = Math.max(source.watermark, decodeWatermark(ready.watermark));
    }
    this.send();
  }

  /** Links are reliable, so a missing delivery is on its way: its gap never times out. */
  private source(name: string): Source {
    const known = this.sources.get(name);
    if (known) return known;
    const made = { inbox: new Inbox<LinkDelivery>(1, Infinity), watermark: -Infinity };
    this.sources.set(name, made);
    return made;
  }

  /** The least over all sources that there are, including those that have not been heard of yet. */
  private get watermark(): Ticks {
    let least = Infinity;
    for (const upstream of this.stage.upstream) {
      const names = [...this.sources.keys()].filter((name) => name.startsWith(`${upstream}/`));
      if (names.length < (this.expected.get(upstream) ?? Infinity)) return -Infinity;
      for (const name of names) least = Math.min(least, (this.sources.get(name) as Source).watermark);
    }
    return least;
  }

  private send(): void {
    const watermarks = this.pipeline.advance(this.watermark);
    const { exchanged, emitted, failures } = this.pipeline.take();
    this.outbox.addRows(emitted);
    this.links.send(exchanged, watermarks, this.stage.shards, this.outbox);
    this.failed += failures.length;
    const letters = failures.map((f): DeadLetter => ({ reason: f.reason, message: f.message, input: this.stage.id, partition: String(this.shard), sequenceNumber: f.n, enqueued: '', body: f.row }));
    if (letters.length > 0) this.outbox.add({ kind: 'dead-letters', letters });
  }

  status(): GroupStatus {
    const held = [...this.sources.values()].reduce((sum, source) => sum + source.inbox.heldCount, 0);
    return { sources: this.sources.size, watermark: encodeWatermark(this.watermark), held, failed: this.failed };
  }

  snapshot(): unknown {
    const sources = [...this.sources].map(([name, { inbox, watermark }]) => [name, inbox.snapshot(), encodeWatermark(watermark)]);
    return [sources, [...this.expected], this.pipeline.snapshot(), this.links.snapshot(), this.outbox.snapshot(), this.failed];
  }

  restore(data: unknown): void {
    const [sources, expected, pipeline, links, outbox, failed] = data as [[string, unknown, LinkDelivery['watermark']][], [string, number][], unknown, unknown, unknown, number];
    for (const [name, inbox, watermark] of sources) {
      const source = this.source(name);
      source.inbox.restore(inbox);
      source.watermark = decodeWatermark(watermark);
    }
    for (const [stage, count] of expected) this.expected.set(stage, count);
    this.pipeline.restore(pipeline);
    this.links.restore(links);
    this.outbox.restore(outbox);
    this.failed = failed;
  }
}
