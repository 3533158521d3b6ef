import { decodeRows, encodeRows, type EncodedRows } from './row-codec';
import { rowOrder, type Row } from './row';

interface Item {
  row: Row;
  input: number;
  /** Order of arrival: within one source it is the source's own order. */
  arrival: number;
}

function before(a: Item, b: Item): boolean {
  return (rowOrder(a.row, b.row) || a.input - b.input || a.arrival - b.arrival) < 0;
}

/**
 * Holds rows until the watermark has passed them and gives them back in order of time, source and arrival. Rows mostly come in order: those that do wait in a
 * queue, and only the others in a binary heap.
 */
export class TimeOrderedBuffer {
  private queue: Item[] = [];
  /** Place of the first item of the queue that is still there. */
  private first = 0;
  private heap: Item[] = [];
  private arrivals = 0;

  get size(): number {
    return this.queue.length - this.first + this.heap.length;
  }

  push(row: Row, input: number): void {
    const item = { row, input, arrival: this.arrivals++ };
    const last = this.queue[this.queue.length - 1];
    if (last === undefined || before(last, item)) this.queue.push(item);
    else this.sift(item);
  }

  private sift(item: Item): void {
    let i = this.heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, this.heap[parent] as Item)) break;
      this.heap[i] = this.heap[parent] as Item;
      i = parent;
    }
    this.heap[i] = item;
  }

  /** All rows with `t < w`, in order. */
  *release(w: number): Generator<{ row: Row; input: number }> {
    for (;;) {
      const queued = this.queue[this.first];
      const heaped = this.heap[0];
      const isQueued = queued !== undefined && (heaped === undefined || before(queued, heaped));
      const next = isQueued ? queued : heaped;
      if (next === undefined || next.row.t >= w) break;
      if (isQueued) this.first++;
      else this.pop();
      yield next;
    }
    this.queue.splice(0, this.first);
    this.first = 0;
  }

  private pop(): Item {
    const top = this.heap[0] as Item;
    const last = this.heap.pop() as Item;
    const size = this.heap.length;
    if (size === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(this.heap[child + 1] as Item, this.heap[child] as Item)) child++;
      if (!before(this.heap[child] as Item, last)) break;
      this.heap[i] = this.heap[child] as Item;
      i = child;
    }
    this.heap[i] = last;
    return top;
  }

  /** Inputs may differ in the number of registers, so each is encoded for itself. */
  snapshot(): unknown {
    const items = [...this.queue.slice(this.first), ...this.heap].sort((a, b) => (before(a, b) ? -1 : 1));
    const inputs = [...new Set(items.map((item) => item.input))];
    return inputs.map((input) => [input, encodeRows(items.filter((item) => item.input === input).map((item) => item.row), true)]);
  }

  restore(data: unknown): void {
    this.queue = [];
    this.first = 0;
    this.heap = [];
    this.arrivals = 0;
    for (const [input, rows] of data as [number, EncodedRows][]) for (const row of decodeRows(rows, '')) this.push(row, input);
  }
}
