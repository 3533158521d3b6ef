import { WeirError } from '../errors';
import type { IngestDelivery } from '../runtime/delivery';
import type { EntityAddress } from '../runtime/entity';
import type { StateHead } from '../runtime/state-text';
import type { Plan } from '../program';
import type { ReadEntity } from './status';
import { headOf, waitingAtGroups } from './waiting';

/** Deliveries that may be on their way to one entity. */
const LIMIT = 200;
/** How long a batch waits in the trigger before it is given back to come again, and how often it looks, ms. */
const PATIENCE = 20_000;
const INTERVAL = 500;

export interface BrakeOptions {
  input: string;
  plan: Plan;
  /** Throws when the state is of another plan. */
  check: (address: EntityAddress, head: Partial<StateHead>) => void;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Makes a slow output slow its input. Signals to entities are stored by the task hub without limit, so nothing else would: the trigger would go on
 * until the store is full of deliveries. After every {@link LIMIT} deliveries of a partition it looks how far the entities have come, and waits
 * while any of them has as many to do. It waits only for what was sent, which is applied sooner or later; so it never waits for itself.
 */
export class Brake {
  private readonly sent = new Map<string, { last: number; epoch: number | undefined }[]>();
  private readonly checked = new Set<string>();
  /** Partitions that wait. */
  private readonly slow = new Set<string>();

  constructor(private readonly options: BrakeOptions) {}

  /** A delivery is about to be sent. */
  note(partition: string, { last, epoch }: IngestDelivery): void {
    const list = this.sent.get(partition) ?? [];
    this.sent.set(partition, list);
    list.push({ last, epoch });
  }

  /** Resolves when there is room for more. Rejects with a WeirError to be retried when there is none for long. */
  async pass(partition: string, readEntity: ReadEntity): Promise<void> {
    await this.check(partition, readEntity);
    if (!this.slow.has(partition) && (this.sent.get(partition)?.length ?? 0) < LIMIT) return;
    for (let waited = 0; ; waited += INTERVAL) {
      const behind = await this.behind(partition, readEntity);
      if (behind === undefined) break;
      // The next batch must not slip through because this one has looked.
      this.slow.add(partition);
      if (waited >= PATIENCE) throw new WeirError('entity-behind', `${this.options.input}, partition ${partition}, waits: ${behind}. An output is slower than its input; see errors of outputs in GET /api/status`, 'retry');
      await this.options.sleep(INTERVAL);
    }
    this.slow.delete(partition);
    this.sent.set(partition, (this.sent.get(partition) ?? []).slice(-LIMIT / 2));
  }

  /** Before the first delivery: an entity that cannot read its state would refuse them all, and they would pile up. */
  private async check(partition: string, readEntity: ReadEntity): Promise<void> {
    if (this.checked.has(partition)) return;
    const address: EntityAddress = { entity: 'partition', input: this.options.input, partition };
    const head = await headOf(address, readEntity);
    if (head) this.options.check(address, head);
    this.checked.add(partition);
  }

  /** Who is behind; undefined when nobody is. */
  private async behind(partition: string, readEntity: ReadEntity): Promise<string | undefined> {
    const { input, plan } = this.options;
    const own = await headOf({ entity: 'partition', input, partition }, readEntity);
    const waiting = this.unapplied(partition, own);
    if (waiting >= LIMIT) return `${waiting} batches of events have not been applied yet`;
    const slow = (await waitingAtGroups(plan, [own], readEntity)).find(({ count }) => count >= LIMIT);
    return slow && `${slow.count} deliveries from ${slow.source} have not been applied by ${slow.stage}, shard ${slow.shard}`;
  }

  /** Deliveries of another life of the hub, or to a state that is gone, cannot be told; they are left out. */
  private unapplied(partition: string, head: Partial<StateHead> | undefined): number {
    const { next = Infinity, epoch } = head?.h ?? {};
    const rest = (this.sent.get(partition) ?? []).filter((delivery) => delivery.epoch === epoch && delivery.last >= next);
    this.sent.set(partition, rest);
    return rest.length;
  }
}
