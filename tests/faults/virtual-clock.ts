interface Due {
  at: number;
  order: number;
  run: () => void;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Time that passes only from one planned happening to the next: hours take milliseconds, and a run is the same each time. */
export class VirtualClock {
  private readonly heap: Due[] = [];
  private orders = 0;

  constructor(
    /** ms since 1970. */
    public now: number,
  ) {}

  /** Plans something `ms` from now. */
  after(ms: number, run: () => void): void {
    const due = { at: this.now + ms, order: this.orders++, run };
    let i = this.heap.push(due) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && before(due, this.heap[parent] as Due); i = parent, parent = (i - 1) >> 1) this.heap[i] = this.heap[parent] as Due;
    this.heap[i] = due;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((done) => this.after(ms, done));
  }

  /** Lets everything happen that is planned, and what it leads to, until `isDone`. Between two happenings all promises that can go on have gone on. */
  async run(isDone: () => boolean): Promise<void> {
    for (let due = this.take(); due !== undefined; due = this.take()) {
      this.now = due.at;
      due.run();
      await new Promise((settled) => setImmediate(settled));
      if (isDone()) return;
    }
  }

  private take(): Due | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined || this.heap.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && before(this.heap[child + 1] as Due, this.heap[child] as Due)) child++;
      if (!before(this.heap[child] as Due, last)) break;
      this.heap[i] = this.heap[child] as Due;
      i = child;
    }
    this.heap[i] = last;
    return top;
  }
}
