/** The shortest interval between looks at the clock, whatever a peer asks for. */
const MIN_INTERVAL = 50;
const MAX_INTERVAL = 60_000;

/** Keeps one connection alive for the peer, and notices when the peer is gone (AMQP 1.0 part 2.4.5). */
export class Liveness {
  private timer: NodeJS.Timeout | null = null;
  private hasSent = false;
  private silentTicks = 0;
  private interval = MAX_INTERVAL;

  /** `patience`: the announced idle time-out in ms; a peer silent for one and a half of it is given up. */
  constructor(
    private readonly patience: number,
    private readonly heartbeat: () => void,
    private readonly giveUp: () => void,
  ) {}

  /** Starts once the peer has said after how much silence (ms; null: never) it gives up itself. Half of that is safe. */
  start(peerIdleTimeout: number | null): void {
    const half = peerIdleTimeout ? peerIdleTimeout / 2 : MAX_INTERVAL;
    this.interval = Math.min(MAX_INTERVAL, Math.max(MIN_INTERVAL, half));
    this.timer = setInterval(() => this.tick(), this.interval).unref();
  }

  sent(): void {
    this.hasSent = true;
  }

  received(): void {
    this.silentTicks = 0;
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  private tick(): void {
    if (!this.hasSent) this.heartbeat();
    this.hasSent = false;
    this.silentTicks++;
    if (this.silentTicks * this.interval > this.patience * 1.5) this.giveUp();
  }
}
