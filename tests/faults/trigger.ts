import { formatDateTime, fromUnixMs } from '../../shared/values/ticks';
import { setAlarm } from '../../shared/job/alarm';
import type { Instance } from './instance';
import type { InputHub, StoredEvent } from './services/input-hub';
import type { Service } from './services/service';
import { backoff, type World } from './world';

const SECOND = 1_000;

interface Owner {
  instance: Instance;
  /** How many more batches it reads after another has taken the partition over. */
  batchesLeft: number;
}

/** The Event Hubs trigger of one partition: batches from the last checkpoint on, one owner, or two for a while. */
export class Trigger {
  private owner: Owner | undefined;
  /** The first event that has not been read, as the checkpoint says. */
  private checkpoint = 0;

  constructor(
    private readonly world: World,
    private readonly place: { input: string; partition: number; hub: InputHub; storage: Service },
  ) {}

  private get events(): readonly StoredEvent[] {
    return this.place.hub.partitions[this.place.partition] as StoredEvent[];
  }

  /** The first event that nobody has processed. */
  private done = 0;

  /** Everything that was published has been processed; a checkpoint may be behind. */
  get isIdle(): boolean {
    return this.done >= this.events.length;
  }

  get name(): string {
    return `${this.place.input}/${this.place.partition}`;
  }

  /** Some instance takes the partition over; who had it may not know yet. */
  assign(): void {
    const { dice, clock } = this.world;
    if (this.owner) this.owner.batchesLeft = dice.whole('batches of the old owner', 0, 3);
    const instance = this.world.someInstance('owner');
    const owner: Owner = { instance, batchesLeft: Infinity };
    this.owner = owner;
    const lost = (): void => {
      owner.batchesLeft = 0;
      if (this.owner === owner) clock.after(dice.whole('ownership', 5 * SECOND, 40 * SECOND), () => this.owner === owner && this.assign());
    };
    if (!instance.isUp) lost();
    else void instance.activity(() => this.read(owner), lost);
  }

  private async read(owner: Owner): Promise<void> {
    const { dice, faults, clock } = this.world;
    let position = this.checkpoint;
    while (owner.batchesLeft-- > 0) {
      const events = this.events.slice(position, position + dice.whole('batch of events', 1, dice.pick('largest batch', [1, 2, 4, 8])));
      if (events.length === 0) {
        await this.place.hub.published();
        await owner.instance.sleep(dice.whole('receive', 1, 200));
        continue;
      }
      await this.process(owner.instance, position, events);
      this.done = Math.max(this.done, position + events.length);
      if (faults.strikes('redelivery', clock.now, this.name)) {
        position = this.checkpoint;
        continue;
      }
      position += events.length;
      await this.move(owner.instance, position);
      if (this.owner === owner && faults.strikes('two-owners', clock.now, this.name)) this.assign();
    }
  }

  /** As the retry policy of functions/ingest.ts says: for ever. */
  private async process(instance: Instance, position: number, events: readonly StoredEvent[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.invoke(instance, position, events);
        return;
      } catch (error) {
        this.world.failed(`ingest ${this.name}`, error);
        await instance.sleep(backoff(attempt));
      }
    }
  }

  /** What functions/ingest.ts and the host do. */
  private async invoke(instance: Instance, position: number, events: readonly StoredEvent[]): Promise<void> {
    const where = `the events ${position}–${position + events.length - 1} of ${this.name}`;
    await instance.at('crash-before', where);
    const { app } = instance;
    const input = app.inputs.find(({ name }) => name === this.place.input) as (typeof app.inputs)[number];
    const systemPropertiesArray = events.map(({ enqueuedMs, raw }, i) => ({ ...raw.system, sequenceNumber: position + i, offset: String(position + i), enqueuedTimeUtc: formatDateTime(fromUnixMs(enqueuedMs)).replace('Z', '') }));
    const metadata = { partitionContext: { partitionId: String(this.place.partition) }, systemPropertiesArray, propertiesArray: events.map(({ raw }) => raw.user ?? {}) };
    const { signals, bound } = await app.ingest(input, events.map(({ body }) => body), metadata, { nowMs: instance.nowMs });
    await this.world.tasks.send(instance, signals);
    await app.alarmWatch.lookAfter(instance.nowMs, () => setAlarm(this.world.alarms.open(instance), app.alarmId, Infinity));
    await this.world.writeBound(instance, bound);
    await instance.at('crash-after', where);
  }

  /** Whoever writes last wins, also when it is behind. A checkpoint that cannot be written is left out, as hosts do. */
  private async move(instance: Instance, position: number): Promise<void> {
    try {
      await instance.call(this.place.storage, `checkpoint of ${this.name}`, () => void (this.checkpoint = position));
    } catch (error) {
      this.world.failed(`checkpoint ${this.name}`, error);
    }
  }
}
