import type { Clock } from '../../clock';
import type { RetryOptions } from '../../contract';
import type { FaultInjector } from '../../faults';
import type { EventHubsSettings } from '../../host-json';
import { runWithRetry } from '../../retry';
import type { RetryContext } from '../../retry';
import type { Checkpoint, CheckpointStore } from './checkpoint-store';
import type { EventReceiver, EventSource, HubAddress, ReceivedEvent } from './event-source';
import { startPosition } from './start-position';

export interface PumpOptions {
  address: HubAddress;
  partition: string;
  ownerId: string;
  functionName: string;
  settings: EventHubsSettings;
  retry: RetryOptions | undefined;
  source: EventSource;
  store: CheckpointStore;
  faults: FaultInjector;
  clock: Clock;
  log: (line: string) => void;
  /** Runs the function over one batch; rejects with its error. */
  deliver: (events: ReceivedEvent[], context: RetryContext | undefined) => Promise<unknown>;
  /** True: each event is delivered alone (`cardinality: 'one'`), in order. */
  single: boolean;
  /** Another receiver took the partition. */
  onStolen: () => void;
}

/** How long an idle receive waits; only sets how often an idle partition loops. */
const IDLE_WAIT_MS = 1000;
/** At least so long between two checkpoints of a partition: one costs a request, and without them a crash brings no more than these events again. */
const CHECKPOINT_INTERVAL_MS = 250;
const REOPEN_MIN_MS = 250;
const REOPEN_MAX_MS = 30_000;

/**
 * Delivers one partition to one function, one batch at a time, from its checkpoint on.
 *
 * As in Azure, the checkpoint moves on after a batch whether it succeeded or its retries are used up, and does not when
 * the partition was lost or the host is stopping meanwhile: those events are delivered again.
 */
export class PartitionPump {
  private readonly stopping = new AbortController();
  /** The sequence number up to which this pump has delivered; undefined = go by the checkpoint. */
  private delivered: number | undefined;
  private sinceCheckpoint = 0;
  /** The checkpoint to be written next, and the writing that is under way. */
  private due: Checkpoint | undefined;
  private writing: Promise<void> | undefined;
  private readonly finished: Promise<void>;

  constructor(private readonly options: PumpOptions) {
    this.finished = this.run();
  }

  /** Stops receiving; resolves when the batch in hand is done. The last checkpoint is written unless another host has the partition by now: it must not be taken back. */
  async stop(isOwner = true): Promise<void> {
    this.stopping.abort();
    await this.finished;
    await this.writing;
    if (isOwner && this.due !== undefined) await this.writeCheckpoint(this.due);
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopped; ) {
      try {
        await this.receiveFrom(await this.open(), () => (failures = 0));
      } catch (error) {
        if (this.stopped) return;
        if ((error as { code?: unknown }).code === 'amqp:link:stolen') {
          this.stopping.abort();
          return this.options.onStolen();
        }
        const delay = Math.min(REOPEN_MAX_MS, REOPEN_MIN_MS * 2 ** failures++);
        this.log(`receiving failed, next try in ${delay / 1000} s: ${message(error)}`);
        await this.options.clock.sleep(delay, this.stopping.signal);
      }
    }
  }

  private async open(): Promise<EventReceiver> {
    const { address, partition, settings, source, store } = this.options;
    await this.writing;
    const checkpoint = this.delivered ?? (await store.readCheckpoint(partition))?.sequenceNumber;
    const bounds = await source.getPartitionProperties(address.connectionString, address.hub, partition);
    const position = startPosition(checkpoint, bounds, settings.initialOffset);
    if (position.problem !== undefined) {
      this.log(position.problem);
      this.delivered = undefined;
    }
    return source.openReceiver({ ...address, partition, startAfter: position.startAfter, ownerLevel: 0, prefetch: settings.prefetchCount });
  }

  /** Receives and delivers until stopped, or until the receiver must be opened anew (then it returns). */
  private async receiveFrom(receiver: EventReceiver, onReceived: () => void): Promise<void> {
    try {
      while (!this.stopped) {
        const events = await this.nextBatch(receiver);
        if (this.stopped) return;
        onReceived();
        if (events.length > 0 && !(await this.deliverBatch(events))) return;
      }
    } finally {
      await receiver.close().catch((error: unknown) => this.log(`closing the receiver failed: ${message(error)}`));
    }
  }

  /** The next events; with minEventBatchSize, waits up to maxWaitTime from the first event on for that many. */
  private async nextBatch(receiver: EventReceiver): Promise<ReceivedEvent[]> {
    const { settings, clock } = this.options;
    const events = await this.unlessStopped(receiver.receive(settings.maxEventBatchSize, IDLE_WAIT_MS));
    if (events.length === 0) return events;
    const deadline = clock.now() + settings.maxWaitTimeMs;
    while (events.length < Math.min(settings.minEventBatchSize, settings.maxEventBatchSize) && !this.stopped) {
      const left = deadline - clock.now();
      if (left <= 0) break;
      events.push(...(await this.unlessStopped(receiver.receive(settings.maxEventBatchSize - events.length, Math.min(left, IDLE_WAIT_MS)))));
    }
    // A partition without a checkpoint may start at a time; the receiver can only start at an end.
    const from = this.delivered === undefined && typeof settings.initialOffset === 'number' ? settings.initialOffset : -Infinity;
    return from === -Infinity ? events : events.filter((event) => event.enqueuedTime >= from);
  }

  private async unlessStopped(events: Promise<ReceivedEvent[]>): Promise<ReceivedEvent[]> {
    const { signal } = this.stopping;
    let stop: (() => void) | undefined;
    const stopped = new Promise<ReceivedEvent[]>((resolve) => {
      stop = () => resolve([]);
      signal.addEventListener('abort', stop, { once: true });
    });
    // When stopped first, the receiver is closed under the pending receive; its rejection is of no interest.
    events.catch(() => undefined);
    return Promise.race([events, stopped]).finally(() => signal.removeEventListener('abort', stop!));
  }

  /** @returns false when the partition is to be read again from its checkpoint */
  private async deliverBatch(events: ReceivedEvent[]): Promise<boolean> {
    const { single, faults, settings } = this.options;
    for (const delivery of single ? events.map((event) => [event]) : [events]) {
      if (!(await this.deliverWithRetry(delivery))) return false;
    }
    if (faults.redeliver()) {
      this.log('a fault on purpose: the checkpoint is skipped and the batch will be delivered again');
      this.delivered = undefined;
      return false;
    }
    const { sequenceNumber, offset } = events.at(-1)!;
    this.delivered = sequenceNumber;
    if (++this.sinceCheckpoint < settings.batchCheckpointFrequency) return true;
    this.sinceCheckpoint = 0;
    this.due = { sequenceNumber, offset };
    this.writing ??= this.writeCheckpoints();
    return true;
  }

  /** Writes what is due while the next batches run; of several that have become due in the meantime only the last. */
  private async writeCheckpoints(): Promise<void> {
    const { clock } = this.options;
    for (let due = this.due; due !== undefined && !this.stopped; due = this.due) {
      this.due = undefined;
      await this.writeCheckpoint(due);
      await clock.sleep(CHECKPOINT_INTERVAL_MS, this.stopping.signal);
    }
    this.writing = undefined;
  }

  private async writeCheckpoint(due: Checkpoint): Promise<void> {
    const { faults, store, partition, ownerId, settings } = this.options;
    faults.at('checkpoint:before');
    await store.writeCheckpoint(partition, due, ownerId).catch((error: unknown) => {
      // The next batch writes a later one; until then a restart would deliver these events again.
      this.sinceCheckpoint = settings.batchCheckpointFrequency;
      this.log(`the checkpoint ${due.sequenceNumber} was not written: ${message(error)}`);
    });
    faults.at('checkpoint:after');
  }

  /** @returns false when stopped or the partition was lost meanwhile */
  private async deliverWithRetry(events: ReceivedEvent[]): Promise<boolean> {
    const { clock, retry, deliver } = this.options;
    const range = `events ${events[0]!.sequenceNumber}..${events.at(-1)!.sequenceNumber}`;
    const outcome = await runWithRetry((context) => deliver(events, context), {
      policy: retry,
      clock,
      signal: this.stopping.signal,
      onFailure: (error, next) => {
        const then = next === null ? 'no retries left, the checkpoint moves past them' : `retry ${next.retryCount} in ${next.delayMs / 1000} s`;
        this.log(`${range} failed, ${then}: ${message(error)}`);
      },
    });
    return outcome !== 'aborted';
  }

  private log(line: string): void {
    this.options.log(`[${this.options.functionName}] ${this.options.address.hub}/${this.options.partition}: ${line}`);
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
