/** Golden scripts (see script.ts): in every world the same rows. `npm run scripts -- --update` writes what came into those that differ. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript, reasons, withRows } from './script';
import { WORLDS, runWorld } from './worlds';

const folder = join(__dirname, 'cases');
const update = process.env.WEIR_UPDATE_SCRIPTS === '1';

for (const file of readdirSync(folder).sort()) {
  describe(file.replace('.sql', ''), () => {
    const path = join(folder, file);
    if (update) writeFileSync(path, withRows(readFileSync(path, 'utf8'), runWorld(parseScript(readFileSync(path, 'utf8')), WORLDS[0] as (typeof WORLDS)[number])));
    const script = parseScript(readFileSync(path, 'utf8'));
    for (const world of WORLDS) {
      it(world.name, () => {
        const outcome = runWorld(script, world);
        expect(outcome.rows).toEqual(Object.fromEntries(Object.entries(script.rows).filter(([, rows]) => rows.length > 0)));
        expect(reasons(outcome.letters)).toEqual(script.dead);
        for (const partition of Object.values(outcome.status).flat()) {
          const dead = Object.values(partition.deadLettered).reduce((a, b) => a + b, 0);
          expect(partition.events).toBe(partition.filtered + dead + partition.applied + partition.pending);
        }
      });
    }
  });
}
