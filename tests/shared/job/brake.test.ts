import { compile } from '../../../shared/compiler/compile';
import { Brake } from '../../../shared/job/brake';
import type { ReadEntity } from '../../../shared/job/status';
import { waitingAtGroups } from '../../../shared/job/waiting';
import type { IngestDelivery } from '../../../shared/runtime/delivery';
import type { Progress } from '../../../shared/runtime/state-text';

const { plan } = compile('SELECT COUNT(*) AS n FROM i TIMESTAMP BY t GROUP BY TumblingWindow(second, 1)', { inputs: [{ name: 'i', kind: 'stream' }] });
const group = plan.stages.find(({ kind }) => kind === 'group')?.id as string;
const SOURCE = 'partition.i.0/000000';

/** An input whose entities have come as far as `partition` and `received` say at each look. */
function setUp(looks: { partition: Partial<Progress>; received?: number }[]): { brake: Brake; read: ReadEntity; sleeps: number[]; reads: () => number } {
  const sleeps: number[] = [];
  let reads = 0;
  const brake = new Brake({ input: 'i', plan, check: () => undefined, sleep: async (ms) => void sleeps.push(ms) });
  const read: ReadEntity = async (address) => {
    if (address.entity === 'partition') reads++;
    const look = looks[Math.min(Math.max(0, reads - 1), looks.length - 1)] as (typeof looks)[number];
    return address.entity === 'partition' ? { h: { sent: [], received: {}, ...look.partition } } : { h: { sent: [], received: { [SOURCE]: look.received ?? 0 } } };
  };
  return { brake, read, sleeps, reads: () => reads };
}

const send = (brake: Brake, count: number, epoch?: number): void => {
  for (let n = 0; n < count; n++) brake.note('0', { last: n, ...(epoch === undefined ? {} : { epoch }) } as IngestDelivery);
};

describe('the brake', () => {
  it('lets an input go while its entities follow, and looks seldom', async () => {
    const { brake, read, sleeps, reads } = setUp([{ partition: { next: 10_000 } }]);
    for (let round = 0; round < 10; round++) {
      await brake.pass('0', read);
      send(brake, 100);
    }
    expect(sleeps).toEqual([]);
    expect(reads()).toBeLessThanOrEqual(6);
  });

  it('holds it while a partition has much to do, until it has less', async () => {
    const { brake, read, sleeps } = setUp([{ partition: { next: 0 } }, { partition: { next: 0 } }, { partition: { next: 20 } }, { partition: { next: 250 } }]);
    send(brake, 300);
    await brake.pass('0', read);
    expect(sleeps).toHaveLength(2);
  });

  it('holds it while a group has much to do', async () => {
    const sent = [{ source: SOURCE, stage: group, shard: 0, count: 500 }];
    const caughtUp = { partition: { next: 1_000, sent }, received: 499 };
    const behind = { partition: { next: 1_000, sent }, received: 100 };
    const { brake, read, sleeps } = setUp([{ partition: { next: 0 } }, behind, behind, behind, caughtUp]);
    send(brake, 250);
    await brake.pass('0', read);
    expect(sleeps).toHaveLength(3);
    const slow = setUp([{ partition: { next: 0 } }, behind]);
    send(slow.brake, 250);
    await expect(slow.brake.pass('0', slow.read)).rejects.toMatchObject({ code: 'entity-behind', disposition: 'retry' });
    expect(slow.sleeps.length).toBeGreaterThan(10);
    // The same batch comes again, and waits again.
    await expect(slow.brake.pass('0', slow.read)).rejects.toMatchObject({ code: 'entity-behind' });
  });

  it('counts what waits at each shard', async () => {
    const sent = [{ source: SOURCE, stage: group, shard: 0, count: 7 }];
    const read: ReadEntity = async () => ({ h: { sent: [], received: { [SOURCE]: 4 } } });
    expect(await waitingAtGroups(plan, [{ h: { sent, received: {} } }, undefined], read)).toEqual([{ source: SOURCE, stage: group, shard: 0, count: 3 }]);
  });

  it('does not wait for another life of the hub, nor for a state that is gone', async () => {
    const { brake, read, sleeps } = setUp([{ partition: { next: 5, epoch: 2 } }]);
    send(brake, 300, 1);
    await brake.pass('0', read);
    send(brake, 300, 1);
    await brake.pass('0', async () => undefined);
    expect(sleeps).toEqual([]);
  });

  it('refuses before anything is sent when the state is of another plan', async () => {
    const brake = new Brake({ input: 'i', plan, check: () => { throw new Error('another query'); }, sleep: async () => undefined });
    await expect(brake.pass('0', async () => ({ f: 2 }))).rejects.toThrow('another query');
  });
});
