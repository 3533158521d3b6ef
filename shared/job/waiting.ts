import type { Plan } from '../program';
import type { EntityAddress } from '../runtime/entity';
import type { StateHead } from '../runtime/state-text';
import type { ReadEntity } from './status';

/** Deliveries that were sent to a shard of a group stage and have not been applied there. */
export interface Waiting {
  source: string;
  stage: string;
  shard: number;
  count: number;
}

/** What waits at the group stages, of what the `senders` and the group stages themselves have sent. Reads the state of every shard once. */
export async function waitingAtGroups(plan: Plan, senders: readonly (Partial<StateHead> | undefined)[], readEntity: ReadEntity): Promise<Waiting[]> {
  const groups = plan.stages.filter(({ kind }) => kind === 'group').flatMap(({ id, shards }) => Array.from({ length: shards }, (_, shard) => ({ entity: 'group' as const, stage: id, shard })));
  const heads = new Map(await Promise.all(groups.map(async (address) => [`${address.stage} ${address.shard}`, await headOf(address, readEntity)] as const)));
  return [...senders, ...heads.values()].flatMap((head) =>
    (head?.h?.sent ?? []).map(({ source, stage, shard, count }) => ({ source, stage, shard, count: count - (heads.get(`${stage} ${shard}`)?.h?.received[source] ?? 0) })),
  );
}

export async function headOf(address: EntityAddress, readEntity: ReadEntity): Promise<Partial<StateHead> | undefined> {
  return (await readEntity(address)) as Partial<StateHead> | undefined;
}
