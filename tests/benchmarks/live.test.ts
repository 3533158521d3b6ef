/** The live path with few events: what `npm run bench:live` counts. Its times are not compared with anything here. */
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type * as MeasureRunModule from '../../benchmarks/live/measure-run';

const ROOT = resolve(__dirname, '../..');

describe('the live path', () => {
  it('gives the rows of the in-process run, with one signal for each batch of the trigger and none when idle', async () => {
    // The parts are processes, so they run what is compiled.
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')], { cwd: ROOT });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled just now
    const { measureRun } = require('../../dist/benchmarks/live/measure-run') as typeof MeasureRunModule;
    const settings = { WEIR_CLOCK: '*/1 * * * * *' };
    const run = await measureRun({ events: 2000, rate: 100, backlog: false, sdk: false, batch: 50, paced: false, lookEvery: 100, idleMs: 2500, settings });
    expect(run.wrong).toBeUndefined();
    expect(run.rows).toBeGreaterThan(1000);
    expect(run.idle).toMatchObject({ batches: 0, signals: {}, entityBatches: {} });
    // Eight of them close the windows, one in each partition.
    expect(run.counts.events).toBe(2008);
    expect(run.counts.batches).toBeGreaterThanOrEqual(8);
    expect(run.counts.signals['function → partition deliver']).toBe(run.counts.batches);
  }, 120_000);
});
