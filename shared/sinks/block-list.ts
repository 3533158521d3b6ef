import type { OutputBatch, OutputRow } from '../event';

/** One block of a blob: the positions that it covers are its id. */
export interface Block {
  first: number;
  last: number;
  id: string;
}

/** Positions are whole numbers that may be negative (times before 2020); ids are sortable and of one length, as block ids must be. */
const OFFSET = 2n ** 62n;
const format = (n: number): string => (BigInt(n) + OFFSET).toString().padStart(20, '0');

export function blockId(first: number, last: number): string {
  return Buffer.from(`${format(first)}-${format(last)}`).toString('base64');
}

export function parseBlockId(id: string): Block | undefined {
  const match = /^(\d{20})-(\d{20})$/.exec(Buffer.from(id, 'base64').toString('latin1'));
  return match ? { id, first: Number(BigInt(match[1] as string) - OFFSET), last: Number(BigInt(match[2] as string) - OFFSET) } : undefined;
}

/** Ids of the blocks that a blob begins and ends with, of the length that all have; they cover no positions. */
export const HEAD = Buffer.from('head'.padEnd(41)).toString('base64');
export const TAIL = Buffer.from('tail'.padEnd(41)).toString('base64');

/** What is to be done to a blob so that it has the rows of a batch exactly once. */
export interface BlockPlan {
  /** Rows of the new block; empty when all are there already. */
  rows: OutputRow[];
  id: string;
  /** The committed list afterwards, in order of position. */
  ids: string[];
}

/**
 * Fits a batch into the blocks that are there. The same range overwrites itself; of a range that overlaps others only what lies behind them is
 * written, for a writer writes in order:
 *
 * ```
 * there: 0-99             batch 0-149 (redelivered with another boundary)    → block 100-149
 * there: 0-99, 100-199    batch 50-150                                       → nothing
 * ```
 */
export function planBlock(existing: readonly Block[], batch: OutputBatch): BlockPlan {
  const same = existing.find((block) => block.first === batch.first && block.last === batch.last);
  if (same) return { rows: batch.rows, id: same.id, ids: existing.map((block) => block.id) };
  const overlapping = existing.filter((block) => block.first <= batch.last && block.last >= batch.first);
  const first = Math.max(batch.first, ...overlapping.map((block) => block.last + 1));
  const rows = batch.rows.filter((row) => row.n >= first);
  if (first > batch.last || rows.length === 0) return { rows: [], id: '', ids: existing.map((block) => block.id) };
  const block = { first, last: batch.last, id: blockId(first, batch.last) };
  const ids = [...existing, block].sort((a, b) => a.first - b.first || a.last - b.last).map((b) => b.id);
  return { rows, id: block.id, ids };
}
