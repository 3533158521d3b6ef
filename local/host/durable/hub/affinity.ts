/** How many instances are remembered; those that were used longest ago are forgotten, and may go anywhere. */
const REMEMBERED = 10_000;

/**
 * Which host serves which instance. An instance stays where it was, since its live state is in that host's memory, but no host keeps more than its fair
 * share: so a host that joins soon has as many as the others.
 */
export class Affinity<H> {
  private readonly hosts = new Map<string, H>();
  private readonly counts = new Map<H, number>();

  /** One of `candidates`, which must not be empty. */
  choose(instance: string, candidates: readonly H[]): H {
    const before = this.hosts.get(instance);
    const known = this.hosts.size + (before === undefined ? 1 : 0);
    const share = Math.ceil(known / candidates.length);
    const stays = before !== undefined && candidates.includes(before) && this.count(before) <= share;
    const host = stays ? before : candidates.reduce((least, next) => (this.count(next) < this.count(least) ? next : least));
    this.forget(instance);
    this.hosts.set(instance, host);
    this.counts.set(host, this.count(host) + 1);
    const [oldest] = this.hosts.keys();
    if (this.hosts.size > REMEMBERED) this.forget(oldest!);
    return host;
  }

  /** The host is gone, and nothing is its any more. */
  drop(host: H): void {
    for (const [instance, owner] of this.hosts) if (owner === host) this.hosts.delete(instance);
    this.counts.delete(host);
  }

  private count(host: H): number {
    return this.counts.get(host) ?? 0;
  }

  private forget(instance: string): void {
    const host = this.hosts.get(instance);
    if (host === undefined) return;
    this.hosts.delete(instance);
    this.counts.set(host, this.count(host) - 1);
  }
}
