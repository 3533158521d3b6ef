import { MemoryTelemetry } from '../../shared/telemetry';

describe('telemetry in memory', () => {
  it('keeps totals and distributions by name and labels', () => {
    const telemetry = new MemoryTelemetry();
    telemetry.count('rows', 2, { output: 'a', job: 'j' });
    telemetry.count('rows', 3, { job: 'j', output: 'a' });
    telemetry.count('rows', 1, { output: 'b' });
    for (const ms of [4, 1, 7]) telemetry.measure('write', ms);
    expect([telemetry.total('rows', { output: 'a', job: 'j' }), telemetry.total('rows', { output: 'b' }), telemetry.total('rows')]).toEqual([5, 1, 0]);
    expect(telemetry.distribution('write')).toEqual({ count: 3, sum: 12, min: 1, max: 7 });
    expect(telemetry.distribution('read')).toBeUndefined();
  });
});
