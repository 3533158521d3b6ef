import type { Ticks } from '../values/value';
import { Columns, decodeRows, type EncodedRows } from './row-codec';
import { emptyRow, type Row } from './row';

/** What takes the rows that a buffer gives back. A row is only lent: the next one has the same object. */
type Take = (row: Row, input: number) => void;

/** Rows of one source that wait: within a source rows of one time keep their order of arrival. */
class Run {
  rows = new Columns();
  /** Place of the first row that is still there, and of the first of those at the end that are not yet in order of time. */
  first = 0;
  private ordered = 0;

  constructor(
    readonly source: string,
    readonly input: number,
  ) {}

  get size(): number {
    return this.rows.length - this.first;
  }

  /** The time of the first row. */
  get head(): Ticks {
    return this.rows.t[this.first] as Ticks;
  }

  push(row: Row): void {
    if (this.size === 0) this.start(new Columns());
    this.rows.push(row);
    this.look();
  }

  copy(rows: Columns, i: number): void {
    if (this.size === 0) this.start(new Columns());
    this.rows.copy(rows, i);
    this.look();
  }

  append(rows: Columns): void {
    if (this.size === 0) this.start(rows.with(rows.cols));
    else if (this.size <= rows.length) this.start(this.rows.followedBy(rows, this.first));
    else for (let i = 0; i < rows.length; i++) this.rows.copy(rows, i);
    this.look();
  }

  private start(rows: Columns): void {
    this.ordered = Math.max(0, this.ordered - this.first);
    this.rows = rows;
    this.first = 0;
  }

  /** Goes on as far as the rows are in order. */
  private look(): void {
    const { t } = this.rows;
    let i = Math.max(this.ordered, this.first + 1);
    while (i < t.length && (t[i] as Ticks) >= (t[i - 1] as Ticks)) i++;
    this.ordered = Math.min(i, t.length);
  }

  /** Puts what came out of order in its place; what comes before the earliest of it stays where it is. */
  settle(): void {
    const { t } = this.rows;
    if (this.ordered === t.length) return;
    let earliest = Infinity;
    for (let i = this.ordered; i < t.length; i++) earliest = Math.min(earliest, t[i] as Ticks);
    let from = this.ordered;
    while (from > this.first && (t[from - 1] as Ticks) > earliest) from--;
    const order = Array.from({ length: t.length - from }, (_, i) => from + i).sort((a, b) => (t[a] as Ticks) - (t[b] as Ticks));
    this.rows.arrange(from, order);
    this.ordered = t.length;
  }

  /** Lets go of the rows that were taken, now and then: each is moved once. */
  trim(): void {
    if (this.size === 0) this.start(new Columns());
    else if (this.first > 1024 && this.first > this.size) this.start(this.rows.followedBy(new Columns(), this.first));
  }
}

function before(a: Run, b: Run): boolean {
  return (a.head - b.head || (a.source < b.source ? -1 : a.source > b.source ? 1 : a.input - b.input)) < 0;
}

/**
 * Holds rows until the watermark has passed them and gives them back in order of time, source, input and arrival. Rows of a source mostly come in order, so each source and input has a
 * list of its own, which is only sorted where it has to be, and the lists are merged by a heap.
 */
export class TimeOrderedBuffer {
  private runs = new Map<string, Run>();
  private latest: Run | undefined;

  get size(): number {
    let size = 0;
    for (const run of this.runs.values()) size += run.size;
    return size;
  }

  push(row: Row, input: number): void {
    this.run(row.s, input).push(row);
  }

  /** `source`: of rows that do not say theirs. */
  pushColumns(rows: Columns, input: number, source: string): void {
    if (rows.length === 0) return;
    if (!rows.s) this.run(source, input).append(rows);
    else for (let i = 0; i < rows.length; i++) this.run(rows.s[i] as string, input).copy(rows, i);
  }

  private run(source: string, input: number): Run {
    if (this.latest?.source === source && this.latest.input === input) return this.latest;
    const key = `${input} ${source}`;
    let run = this.runs.get(key);
    if (!run) this.runs.set(key, (run = new Run(source, input)));
    this.latest = run;
    return run;
  }

  /** Gives all rows with `t < w`, in order. */
  release(w: Ticks, take: Take): void {
    const heap: Run[] = [];
    for (const run of this.runs.values()) {
      if (run.size === 0) continue;
      run.settle();
      if (run.head < w) heap.push(run);
    }
    const due = heap.slice();
    for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i);
    while (heap.length > 0) {
      const run = heap[0] as Run;
      const next = heap.length < 3 || before(heap[1] as Run, heap[2] as Run) ? heap[1] : heap[2];
      takeUntil(run, next, w, take);
      if (run.size === 0 || run.head >= w) {
        const last = heap.pop() as Run;
        if (heap.length > 0) heap[0] = last;
      }
      sink(heap, 0);
    }
    for (const run of due) run.trim();
  }

  snapshot(): unknown {
    return [...this.runs.values()].filter((run) => run.size > 0).map((run) => [run.input, run.source, run.rows.followedBy(new Columns(), run.first)]);
  }

  restore(data: unknown): void {
    this.runs = new Map();
    this.latest = undefined;
    for (const [input, source, rows] of data as [number, string, EncodedRows][]) for (const row of decodeRows(rows, source)) this.push(row, input);
  }
}

/** The rows of a run that come before those of all others. */
function takeUntil(run: Run, next: Run | undefined, w: Ticks, take: Take): void {
  const lent = emptyRow();
  const { rows, source, input } = run;
  const { t } = rows;
  const end = t.length;
  const limit = next === undefined ? w : Math.min(w, next.head);
  // Of one time, the rows of the source that is first in order come first.
  const isFirst = next !== undefined && next.head < w && (run.source < next.source || (run.source === next.source && run.input < next.input));
  let i = run.first;
  for (; i < end && ((t[i] as Ticks) < limit || (isFirst && t[i] === limit)); i++) {
    rows.lend(i, source, lent);
    take(lent, input);
  }
  run.first = i;
}

function sink(heap: Run[], at: number): void {
  for (let i = at; ; ) {
    let least = i;
    for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && before(heap[child] as Run, heap[least] as Run)) least = child;
    if (least === i) return;
    [heap[i], heap[least]] = [heap[least] as Run, heap[i] as Run];
    i = least;
  }
}
