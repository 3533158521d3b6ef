import { Affinity } from './affinity';
import type { WorkItem } from './protocol';

/** A host as the pool sees it: somebody who takes work. */
export interface WorkTaker {
  send(item: WorkItem): void;
}

interface Pending extends WorkItem {
  instance: string | undefined;
  /** Who has it; undefined = it waits for a host. */
  taker: WorkTaker | undefined;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Shares invocations among the hosts that are there. Each is with one host at a time; of a host that is lost it goes to another one, as it was: the function
 * may run twice, and only the answer of the host that has it counts.
 */
export class WorkPool {
  private readonly takers: WorkTaker[] = [];
  private readonly pending = new Map<number, Pending>();
  private readonly affinity = new Affinity<WorkTaker>();
  private next = 1;

  /** Resolves with the function's result; waits as long as there is no host. Rejects with the function's error, or when the pool is abandoned. */
  run(functionName: string, payload: string, instance?: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const item: Pending = { id: this.next++, functionName, payload, instance, taker: undefined, resolve, reject };
      this.pending.set(item.id, item);
      this.give(item);
    });
  }

  /** How many hosts take work. */
  get size(): number {
    return this.takers.length;
  }

  join(taker: WorkTaker): void {
    this.takers.push(taker);
    for (const item of this.pending.values()) if (item.taker === undefined) this.give(item);
  }

  /** Gives it nothing more. */
  leave(taker: WorkTaker): void {
    const at = this.takers.indexOf(taker);
    if (at < 0) return;
    this.takers.splice(at, 1);
    this.affinity.drop(taker);
  }

  /** Its lease is over: what it had is given to others. Says how much that was. */
  lose(taker: WorkTaker): number {
    this.leave(taker);
    const left = [...this.pending.values()].filter((item) => item.taker === taker);
    for (const item of left) {
      item.taker = undefined;
      this.give(item);
    }
    return left.length;
  }

  /** Takes an answer from the host that has the item; false when that is not `taker`: then it counts for nothing. */
  settle(taker: WorkTaker, id: number, answer: { result: unknown } | { error: Error }): boolean {
    const item = this.pending.get(id);
    if (item === undefined || item.taker !== taker) return false;
    this.pending.delete(id);
    if ('error' in answer) item.reject(answer.error);
    else item.resolve(answer.result);
    return true;
  }

  /** Rejects everything: whoever asked stops. */
  abandon(reason: string): void {
    const left = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of left) reject(new Error(reason));
  }

  private give(item: Pending): void {
    if (this.takers.length === 0) return;
    const { id, functionName, payload, instance } = item;
    // Work of no instance (an activity) goes to all in turn.
    item.taker = instance === undefined ? this.takers[id % this.takers.length]! : this.affinity.choose(instance, this.takers);
    item.taker.send({ id, functionName, payload });
  }
}
