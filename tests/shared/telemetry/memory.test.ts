import { MemoryTelemetry } from '../../../shared/telemetry';

describe('telemetry in memory', () => {
  it('keeps totals and distributions by name and labels', () => {
    const telemetry = new MemoryTelemetry();
    telemetry.count('OutputEvents', 2, { LogicalName: 'a', PartitionId: 'j' });
    telemetry.count('OutputEvents', 3, { PartitionId: 'j', LogicalName: 'a' });
    telemetry.count('OutputEvents', 1, { LogicalName: 'b' });
    for (const ms of [4, 1, 7]) telemetry.measure('OutputMilliseconds', ms);
    expect([telemetry.total('OutputEvents', { LogicalName: 'a', PartitionId: 'j' }), telemetry.total('OutputEvents', { LogicalName: 'b' }), telemetry.total('OutputEvents')]).toEqual([5, 1, 0]);
    expect(telemetry.distribution('OutputMilliseconds')).toEqual({ count: 3, sum: 12, min: 1, max: 7 });
    expect(telemetry.distribution('BatchMilliseconds')).toBeUndefined();
  });
});
