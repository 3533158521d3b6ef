import type { Ownership } from './checkpoint-store';

export interface BalanceInput {
  partitions: readonly string[];
  ownerships: readonly Ownership[];
  me: string;
  /** Milliseconds since the epoch. */
  now: number;
  expiryMs: number;
}

/**
 * Which partitions this host should try to take over now, so that every host ends with floor(P/N) or ceil(P/N) of
 * them. Free ones (never owned, released, or not renewed in time) are all taken at once, up to the fair share; from
 * a host that has too many, one is stolen per round, to keep hosts from overshooting and stealing back.
 */
export function chooseClaims({ partitions, ownerships, me, now, expiryMs }: BalanceInput): string[] {
  const owners = new Map<string, string[]>([[me, []]]);
  const owned = new Set<string>();
  for (const { partition, ownerId, lastModified } of ownerships) {
    const alive = ownerId === me || now - lastModified < expiryMs;
    if (ownerId === '' || !alive || !partitions.includes(partition)) continue;
    owned.add(partition);
    owners.set(ownerId, [...(owners.get(ownerId) ?? []), partition]);
  }
  const mine = owners.get(me)!.length;
  const fair = Math.floor(partitions.length / owners.size);
  const hostsWithOneMore = partitions.length % owners.size;
  const takenExtras = [...owners].filter(([owner, held]) => owner !== me && held.length > fair).length;
  const share = fair + (takenExtras < hostsWithOneMore ? 1 : 0);

  const free = partitions.filter((partition) => !owned.has(partition));
  if (free.length > 0) return free.slice(0, Math.max(0, share - mine));
  const richest = [...owners.values()].sort((a, b) => b.length - a.length)[0]!;
  const worthStealing = mine < fair ? richest.length > fair : mine < share && richest.length > fair + 1;
  return worthStealing && richest.length > mine ? [richest.at(-1)!] : [];
}
