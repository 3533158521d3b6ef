import { alignUp } from '../builtins/windows/alignment';
import type { ExchangeOperator, Plan, Stage } from '../program';
import type { Ticks } from '../values/value';
import { encodeWatermark, type LinkDelivery } from './delivery';
import type { Exchanged } from './pipeline';
import type { Outbox } from './outbox';
import type { Progress } from './state-text';

interface Link {
  /** Number of the last delivery sent. */
  sent: number;
  /** The watermark it told. */
  watermark: Ticks;
}

/** The ways from one instance of a stage to the shards of others: numbered deliveries, sent when there is something to tell. */
export class Links {
  private readonly links = new Map<string, Link>();

  constructor(
    private readonly plan: Plan,
    private readonly stage: Stage,
    private readonly source: string,
  ) {}

  /** Puts a delivery per target into the outbox, where there are rows or time has come that a target waits for. Tells how many instances this stage has. */
  send(exchanged: Exchanged, watermarks: ReadonlyMap<number, Ticks>, [sources, epoch]: [number, number | undefined], outbox: Outbox): void {
    for (const to of this.targets()) {
      const entries = to.entries.filter((id) => this.stage.operators.includes(id));
      const watermark = Math.min(...entries.map((id) => watermarks.get(id) ?? -Infinity));
      for (let shard = 0; shard < to.shards; shard++) {
        const rows = entries.flatMap((id) => {
          const columns = exchanged[id]?.[shard];
          return columns ? [[id, columns] as const] : [];
        });
        const link = this.link(to.id, shard);
        if (rows.length === 0 && !entries.some((id) => this.isDue(id, link.watermark, watermark))) continue;
        link.sent++;
        link.watermark = watermark;
        const channels = Object.fromEntries(rows);
        const delivery: LinkDelivery = { source: this.source, first: link.sent, last: link.sent, upstream: this.stage.id, sources, ...(epoch === undefined ? {} : { epoch }), watermark: encodeWatermark(watermark), channels };
        outbox.add({ kind: 'delivery', stage: to.id, shard, delivery });
      }
    }
  }

  private targets(): Stage[] {
    return this.plan.stages.filter((stage) => stage.upstream.includes(this.stage.id));
  }

  private link(stage: string, shard: number): Link {
    const key = `${stage} ${shard}`;
    const link = this.links.get(key) ?? { sent: 0, watermark: -Infinity };
    this.links.set(key, link);
    return link;
  }

  /** Partial aggregates need to be told of only when a window has ended; everything else whenever time moves on. */
  private isDue(exchange: number, before: Ticks, now: Ticks): boolean {
    if (now <= before) return false;
    if (now === Infinity || before === -Infinity) return true;
    const operator = this.plan.operators[exchange] as ExchangeOperator;
    const source = this.plan.operators[operator.inputs[0] as number];
    if (source?.kind !== 'aggregate' || source.phase !== 'partial') return true;
    return source.windows.some((w) => (w.kind === 'tumbling' ? alignUp(before, w.size, w.offset) < now : w.kind === 'hopping' ? alignUp(before, w.hop, w.offset) < now : true));
  }

  /** How many deliveries were sent to each target. */
  sent(): Progress['sent'] {
    return [...this.links].map(([key, { sent }]) => {
      const at = key.lastIndexOf(' ');
      return { source: this.source, stage: key.slice(0, at), shard: Number(key.slice(at + 1)), count: sent };
    });
  }

  snapshot(): unknown {
    return [...this.links].map(([key, { sent, watermark }]) => [key, sent, encodeWatermark(watermark)]);
  }

  restore(data: unknown): void {
    this.links.clear();
    for (const [key, sent, watermark] of data as [string, number, LinkDelivery['watermark']][]) this.links.set(key, { sent, watermark: watermark === 'end' ? Infinity : (watermark ?? -Infinity) });
  }
}
