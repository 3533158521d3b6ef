/** A queue: what came first is taken first. A ring, so that many short queues stay small however much passes through them. */
export class Fifo<T> {
  private items: T[] = [];
  /** Place of the first, and how many places there are less one. */
  private head = 0;
  private mask = -1;
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** The first; undefined when there is none. */
  get first(): T | undefined {
    return this.count === 0 ? undefined : this.items[this.head];
  }

  push(item: T): void {
    if (this.count > this.mask) this.grow();
    this.items[(this.head + this.count++) & this.mask] = item;
  }

  private grow(): void {
    this.items = this.toArray();
    this.head = 0;
    this.mask = Math.max(8, 2 * (this.mask + 1)) - 1;
  }

  /** Takes out the first; there must be one. It is only let go of when its place is used again. */
  shift(): T {
    const item = this.items[this.head] as T;
    this.head = (this.head + 1) & this.mask;
    this.count--;
    return item;
  }

  /** What is there, the first first. */
  toArray(): T[] {
    const end = this.head + this.count;
    return end <= this.items.length ? this.items.slice(this.head, end) : this.items.slice(this.head).concat(this.items.slice(0, end - this.items.length));
  }
}
