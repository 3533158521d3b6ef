/**
 * Runs the job's entities for the task hub at a port. What they write goes to a file, a line each, before the batch is committed, as a sink or output binding does it:
 * killed in between, the process leaves effects behind whose state nobody has.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { remoteEngines } from '../../../../../../local/host/durable/hub/remote-engine';
import { readOperations, readPayload } from '../../../../../../shared/job/entity-batch';
import { addressOf, EntityCache, keyOfEntity, runEntity } from '../../../../../../shared/runtime/entity';
import { ENVIRONMENT, FUNCTIONS, program } from './job';

const [port, file] = [Number(process.argv[2]), process.argv[3] as string];
const context = { program: program(), environment: ENVIRONMENT, random: randomUUID, cache: new EntityCache() };
/** As long as a sink takes. */
const WRITE_MS = 4;

async function run(entity: string, payload: string): Promise<unknown> {
  const { self, exists, state, batch } = readPayload(payload);
  const kind = entity as 'partition' | 'group';
  const operations = readOperations(kind, batch).flatMap(({ operation }) => operation ?? []);
  const { stateText, effects } = runEntity(addressOf(kind, self.key), exists ? state : null, operations, { ...context, nowMs: Date.now() });
  const rows = effects.outputs.flatMap((output) => output.rows.map(({ id, values }) => JSON.stringify({ id, values })));
  appendFileSync(file, [JSON.stringify({ pid: process.pid, entity: `${entity} ${self.key}` }), ...rows].map((line) => `${line}\n`).join(''));
  await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
  const signals = effects.signals.map(({ address, operation, input }) => ({ target: { name: address.entity, key: keyOfEntity(address) }, name: operation, input: JSON.stringify(input) }));
  return { results: batch.map(() => ({ isError: false })), signals, entityExists: true, entityState: stateText };
}

const engine = remoteEngines(port)({ dataDir: '', taskHub: 'Job', functions: FUNCTIONS, invoke: run, log: () => undefined });
engine.start().then(
  () => process.send?.('ready'),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
process.on('disconnect', () => process.exit(0));
