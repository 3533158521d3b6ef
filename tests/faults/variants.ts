import type { Job } from '../../shared/job/load';
import { validateJob } from '../../shared/job/validate';
import { chance } from './dice';
import type { SimulatedJob } from './jobs';

/** The ways to write an output. */
export type SinkKind = 'blob' | 'blob by key' | 'cosmos binding' | 'cosmos bulk' | 'hub binding' | 'hub';

export const SINK_KINDS: readonly SinkKind[] = ['blob', 'blob by key', 'cosmos binding', 'cosmos bulk', 'hub binding', 'hub'];

/** Container and hub of an output have its name. */
function definitionOf(kind: SinkKind, name: string): Record<string, unknown> {
  const cosmos = { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: name, partitionKey: '/k' };
  const hub = { type: 'eventHub', connection: 'EVENTHUB', eventHub: name };
  switch (kind) {
    case 'blob':
      return { type: 'blob', connection: 'AzureWebJobsStorage', container: name, path: 'rows/{date}' };
    case 'blob by key':
      return { type: 'blob', connection: 'AzureWebJobsStorage', container: name, path: '{k}/{date}/{time}' };
    case 'cosmos binding':
      return cosmos;
    case 'cosmos bulk':
      return { ...cosmos, bulk: true };
    case 'hub binding':
      return { ...hub, identity: 'body' };
    case 'hub':
      return { ...hub, identity: 'property', partitionKey: 'k' };
  }
}

/** A job as one seed runs it. */
export interface Variant {
  job: Job;
  partitions: number;
  /** Runs of the same variant without faults give the same. */
  key: string;
}

/** The seed decides how many partitions the inputs have, and how each output is written. */
export function variantOf(simulated: SimulatedJob, seed: number): Variant {
  const partitions = simulated.onePartition ? 1 : 1 + Math.floor(4 * chance(seed, 'partitions', 0));
  const kinds = Object.entries(simulated.outputs).map(([name, possible], i): [string, SinkKind] => [name, possible[Math.floor(possible.length * chance(seed, 'sink', i))] as SinkKind]);
  const { job } = simulated;
  const outputs = Object.fromEntries(kinds.map(([name, kind]) => [name, definitionOf(kind, name)]));
  const { outputs: complete, deadLetter } = validateJob({ name: job.definition.name, inputs: {}, outputs }, 'job.json');
  return { job: { ...job, definition: { ...job.definition, outputs: complete, deadLetter } }, partitions, key: `${simulated.name} ${partitions} ${kinds.map(([, kind]) => kind).join()}` };
}
