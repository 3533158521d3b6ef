/**
 * Work that waits its turn: one piece in each turn of the event loop. A backlog of batches of events then delays what comes from sockets, timers and other threads by one
 * of them and not by all.
 */
export class OnePerTurn {
  private readonly waiting: (() => void)[] = [];

  add(work: () => void): void {
    this.waiting.push(work);
    if (this.waiting.length === 1) setImmediate(this.next);
  }

  private readonly next = (): void => {
    const work = this.waiting.shift();
    if (this.waiting.length > 0) setImmediate(this.next);
    work?.();
  };
}
