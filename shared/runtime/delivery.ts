import type { Ticks } from '../values/value';
import type { Columns, EncodedRows } from './row-codec';

/** What became of the event at a position: `applied`, `filtered`, `dead:<reason>`; with `+late` when its time was adjusted; `absent` when there is no event. */
export type Fate = string;

/** Rows of one ingest exchange; `n` are their sequence numbers. */
export interface IngestChannel {
  rows: Columns | EncodedRows;
  /** The highest event time up to each row, over all events: absent when the rows themselves tell. */
  max?: number[];
  /** Substream key of each row. */
  over?: string[];
}

/** One batch of a partition, from the trigger to the partition stage. JSON-safe. */
export interface IngestDelivery {
  source: string;
  first: number;
  last: number;
  begin?: number;
  absent?: number;
  /** When the hub was made, ms since 1970: which life of the hub the positions belong to. Absent when nobody told. */
  epoch?: number;
  /** How many partitions the input has. */
  partitions: number;
  bytes: number;
  /** Run-length list over first..last. */
  fates: [Fate, number][];
  /** Per scan: highest event time and highest arrival; null when no event had one. */
  scans: Record<number, { max: Ticks | null; arrival: Ticks | null }>;
  channels: Record<number, IngestChannel>;
}

/** From one entity to another. Numbered from 1 without gaps per link, so `first` is `last`. */
export interface LinkDelivery {
  source: string;
  first: number;
  last: number;
  /** Stage that it comes from and how many instances that stage has. */
  upstream: string;
  sources: number;
  /** Which life of the hub `sources` counts the partitions of. */
  epoch?: number;
  watermark: Ticks | 'end' | null;
  channels: Record<number, Columns | EncodedRows>;
}

/** JSON has no infinities. */
export function encodeWatermark(w: Ticks): LinkDelivery['watermark'] {
  return w === Infinity ? 'end' : w === -Infinity ? null : w;
}

export function decodeWatermark(w: LinkDelivery['watermark']): Ticks {
  return w === 'end' ? Infinity : (w ?? -Infinity);
}
