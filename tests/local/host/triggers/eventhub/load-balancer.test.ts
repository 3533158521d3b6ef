import type { Ownership } from '../../../../../local/host/triggers/eventhub/checkpoint-store';
import { chooseClaims } from '../../../../../local/host/triggers/eventhub/load-balancer';
import { startPosition } from '../../../../../local/host/triggers/eventhub/start-position';

const NOW = 1_000_000;

/** 'aab.' -> partitions 0 and 1 owned by a, 2 by b, 3 never owned; upper case = not renewed in time. */
function claims(owners: string, me: string): string {
  const partitions = [...owners].map((_owner, index) => String(index));
  const ownerships: Ownership[] = [...owners].flatMap((owner, index) => {
    if (owner === '.') return [];
    const expired = owner !== owner.toLowerCase();
    return [{ partition: String(index), ownerId: owner.toLowerCase(), etag: 'e', lastModified: NOW - (expired ? 40_000 : 1000) }];
  });
  return chooseClaims({ partitions, ownerships, me, now: NOW, expiryMs: 30_000 }).join('');
}

describe('chooseClaims', () => {
  it.each([
    ['....', 'a', '0123'],
    ['aaaa', 'a', ''],
    ['aaaa', 'b', '3'],
    ['aaab', 'b', '2'],
    ['aabb', 'b', ''],
    ['aaabb', 'b', ''],
    ['aab', 'b', ''],
    ['aabb...', 'c', '456'],
    ['AAAb', 'b', '012'],
    ['AAbb', 'c', '01'],
    ['aabbcc.', 'c', '6'],
    ['aaabbc', 'c', '2'],
    ['aabb', 'c', '1'],
    ['a', 'b', ''],
    ['abc', 'd', ''],
  ])('of %s, %s takes "%s"', (owners, me, expected) => expect(claims(owners, me)).toBe(expected));

  it('ends balanced, whoever starts with what', () => {
    for (const start of ['aaaaaaaa', 'aaaaabbb', '........', 'abababab', 'aaaaaaac']) {
      const owners = [...start];
      for (let round = 0; round < 20; round++) {
        for (const me of ['a', 'b', 'c']) for (const partition of claims(owners.join(''), me)) owners[Number(partition)] = me;
      }
      const counts = ['a', 'b', 'c'].map((host) => owners.filter((owner) => owner === host).length).sort();
      expect([start, ...counts]).toEqual([start, 2, 3, 3]);
    }
  });
});

describe('startPosition', () => {
  it.each([
    [undefined, 'earliest', 'earliest', undefined],
    [undefined, 'latest', 'latest', undefined],
    [undefined, 123, 'earliest', undefined],
    [50, 'latest', 50, undefined],
    [9, 'earliest', 9, undefined],
    [100, 'earliest', 100, undefined],
    [8, 'latest', 'earliest', /events 9\.\.9 have expired/],
    [101, 'latest', 'earliest', /created anew/],
  ] as const)('checkpoint %s, initially %s -> %s', (checkpoint, initial, startAfter, problem) => {
    const position = startPosition(checkpoint, { beginningSequenceNumber: 10, lastEnqueuedSequenceNumber: 100 }, initial);
    expect(position.startAfter).toBe(startAfter);
    if (problem === undefined) expect(position.problem).toBeUndefined();
    else expect(position.problem).toMatch(problem);
  });
});
