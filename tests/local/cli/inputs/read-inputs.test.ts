import { compile } from '../../../../shared/compiler/compile';
import { eventsOf } from '../../../../local/cli/inputs/read-inputs';
import { recordsInput } from '../../../../local/cli/inputs/query-input';
import { runQuery, staticReferences } from '../../../../local/cli/run-query';

describe('events of a file', () => {
  const run = (query: string, records: Parameters<typeof eventsOf>[0]): unknown => {
    const program = compile(query, { inputs: [{ name: 'i', kind: 'stream', metadataColumns: ['IoTHub'] }] });
    const policy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' } as const;
    return runQuery({ program, inputs: [recordsInput('i', eventsOf(records, 0))], references: staticReferences({}), policy, onError: 'stop' }).outputs.get('output');
  };

  it('that were sampled from a service arrive when they arrived there', () => {
    const at = (second: number, v: number): { EventEnqueuedUtcTime: string; v: number } => ({ EventEnqueuedUtcTime: `2026-01-01T00:00:0${second}.0000000Z`, v });
    expect(run('SELECT SUM(v) AS v, System.Timestamp() AS t FROM i GROUP BY TumblingWindow(second, 5)', [at(7, 4), at(1, 1), at(2, 2)])).toEqual([
      { v: 3, t: expect.anything() as unknown },
      { v: 4, t: expect.anything() as unknown },
    ]);
  });

  it('that were sampled from an IoT hub have what it noted', () => {
    const records = [{ IoTHub: { ConnectionDeviceId: 'd' }, User: { alarm: 'yes' } }];
    expect(run("SELECT GetMetadataPropertyValue(i, 'IoTHub.ConnectionDeviceId') AS a, i.IoTHub.ConnectionDeviceId AS b, GetMetadataPropertyValue(i, '[User].[alarm]') AS c FROM i", records)).toEqual([{ a: 'd', b: 'd', c: 'yes' }]);
  });
});
