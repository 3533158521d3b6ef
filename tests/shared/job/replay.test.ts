import { Replay } from '../../../shared/job/replay';
import type { SourceBatch } from '../../../shared/sources/source';

/** Events whose arrival is their number times ten. */
const batch = (first: number, last: number, more: Partial<SourceBatch> = {}): SourceBatch => ({
  partition: '0',
  partitionCount: 1,
  begin: 0,
  ...more,
  events: Array.from({ length: last - first + 1 }, (_, i) => ({ sequenceNumber: first + i, enqueued: (first + i) * 10, body: Buffer.alloc(0) })),
});
const seen = (found: SourceBatch | undefined): unknown => found && { begin: found.begin, numbers: found.events.map(({ sequenceNumber }) => sequenceNumber) };

describe('a replay', () => {
  it('without a start is of everything', () => {
    const whole = batch(0, 3);
    expect(new Replay(undefined).wanted(whole)).toBe(whole);
  });

  it('passes over what arrived before its start, and says where it begins from then on', () => {
    const replay = new Replay(45);
    expect(replay.wanted(batch(0, 2))).toBeUndefined();
    expect(seen(replay.wanted(batch(3, 6)))).toEqual({ begin: 5, numbers: [5, 6] });
    expect(seen(replay.wanted(batch(7, 8)))).toEqual({ begin: 5, numbers: [7, 8] });
    // Retention may have come further since.
    expect(seen(replay.wanted(batch(9, 9, { begin: 7 })))).toEqual({ begin: 7, numbers: [9] });
  });

  it('begins where a batch begins, when the one before was passed over whole', () => {
    const replay = new Replay(30);
    expect(replay.wanted(batch(0, 2))).toBeUndefined();
    expect(seen(replay.wanted(batch(3, 4)))).toEqual({ begin: 3, numbers: [3, 4] });
  });

  it('keeps partitions and lives of a hub apart', () => {
    const replay = new Replay(30);
    replay.wanted(batch(0, 5));
    expect(seen(replay.wanted(batch(4, 5, { partition: '1' })))).toEqual({ begin: 0, numbers: [4, 5] });
    expect(seen(replay.wanted(batch(4, 5, { epoch: 7 })))).toEqual({ begin: 0, numbers: [4, 5] });
  });
});
