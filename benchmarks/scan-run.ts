import { JsonColumns } from '../shared/formats/json-columns';
import { lineBounds, makeEvents } from './events';
const bytes = makeEvents({ count: 200000, keys: 1000 });
const bounds = lineBounds(bytes);
const reader = new JsonColumns(['deviceid', 'temperature', 'time'], 2, { booleansAsBit: true });
const r: never[] = [];
let ok = 0, sum = 0;
for (let run = 0; run < 6; run++) {
  const before = process.cpuUsage();
  for (const { from, to } of bounds) if (reader.read(bytes, from, to, r)) { ok++; sum += reader.ticks; }
  const { user, system } = process.cpuUsage(before);
  console.log(ok, sum, r[0], r[1], ((user + system) * 1000 / bounds.length).toFixed(0), 'ns');
}
