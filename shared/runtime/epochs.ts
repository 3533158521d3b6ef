import { eventsFrom } from './counters';
import type { IngestDelivery } from './delivery';
import { Inbox } from './inbox';

/** One life of a hub: positions start anew in each. */
interface Epoch {
  /** When the hub was made, ms since 1970; undefined until some delivery tells. */
  made: number | undefined;
  inbox: Inbox<IngestDelivery>;
}

/** Lives of a hub whose positions are kept in mind. What comes from an older one came before, or its hub is long gone. */
const KEPT = 20;

/**
 * The inboxes of a partition, one per life of its hub. A hub that is deleted and made again counts from 0 again: by the numbers alone its events
 * would be taken for some that were seen. What is still on its way from the old hub goes on to the old inbox.
 */
export class Epochs {
  private list: Epoch[];

  constructor(private readonly gapTimeoutMs: number) {
    this.list = [{ made: undefined, inbox: this.newInbox() }];
  }

  private newInbox(): Inbox<IngestDelivery> {
    return new Inbox(undefined, this.gapTimeoutMs);
  }

  /** The present life of the hub. */
  get current(): Epoch {
    return this.list[this.list.length - 1] as Epoch;
  }

  /** How often the hub was made again. */
  get resets(): number {
    return this.list.length - 1;
  }

  get gap(): number {
    return this.list.reduce((sum, { inbox }) => sum + inbox.gap, 0);
  }

  /** Events that wait for earlier ones. */
  get pendingEvents(): number {
    const waiting = this.list.flatMap(({ inbox }) => [...inbox.waiting()]);
    return waiting.reduce((sum, { delivery, from }) => sum + eventsFrom(delivery.fates, delivery.first, from), 0);
  }

  /** Takes a delivery and gives those that can be applied now; see {@link Inbox.accept}. */
  accept(delivery: IngestDelivery, nowMs: number): { delivery: IngestDelivery; from: number }[] {
    return this.inboxOf(delivery.epoch)?.accept(delivery, nowMs) ?? [];
  }

  /** What has waited long enough for positions that do not come. */
  ready(nowMs: number): { delivery: IngestDelivery; from: number }[] {
    return this.list.flatMap(({ inbox }) => inbox.ready(nowMs));
  }

  /** Whether all up to `last` of the hub made at `made` has been applied, and nothing waits. */
  isUpTo(last: number, made: number | undefined): boolean {
    if (this.list.some(({ inbox }) => inbox.heldCount > 0)) return false;
    const { made: known, inbox } = this.current;
    if (made !== undefined && known !== undefined && made !== known) return made > known && last < 0;
    return (inbox.next ?? 0) > last;
  }

  private inboxOf(made: number | undefined): Inbox<IngestDelivery> | undefined {
    if (made === undefined) return this.current.inbox;
    const known = this.list.find((epoch) => epoch.made === made);
    if (known) return known.inbox;
    if (this.current.made === undefined) {
      this.current.made = made;
      return this.current.inbox;
    }
    const epoch = { made, inbox: this.newInbox() };
    this.list = [...this.list, epoch].sort((a, b) => (a.made ?? 0) - (b.made ?? 0)).slice(-KEPT);
    return this.list.includes(epoch) ? epoch.inbox : undefined;
  }

  snapshot(): unknown {
    return this.list.map(({ made, inbox }) => [made ?? null, inbox.snapshot()]);
  }

  restore(data: unknown): void {
    this.list = (data as [number | null, unknown][]).map(([made, state]) => {
      const inbox = this.newInbox();
      inbox.restore(state);
      return { made: made ?? undefined, inbox };
    });
  }
}
