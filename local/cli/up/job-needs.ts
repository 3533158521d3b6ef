import type { HubConfig } from '../../eventhubs/server';
import type { JobDefinition } from '../../../shared/job/definition';

/** What a job needs of the local Azure. */
export interface JobNeeds {
  hubs: HubConfig[];
  connections: Record<string, 'storage' | 'eventHubs' | 'cosmos'>;
}

/** Partitions of an input's hub and of a hub that is only written to. */
const INPUT_PARTITIONS = 4;
const OUTPUT_PARTITIONS = 2;

export function needsOf({ inputs, outputs, deadLetter, referenceData }: JobDefinition): JobNeeds {
  const hubs = new Map<string, HubConfig>();
  const connections: JobNeeds['connections'] = { [deadLetter.connection]: 'storage' };
  for (const output of Object.values(outputs)) {
    if (output.type === 'file') continue;
    connections[output.connection] = output.type === 'eventHub' ? 'eventHubs' : output.type === 'cosmos' ? 'cosmos' : 'storage';
    if (output.type === 'eventHub') hubs.set(output.eventHub.toLowerCase(), { name: output.eventHub, partitionCount: OUTPUT_PARTITIONS });
  }
  for (const input of Object.values(inputs)) {
    if (input.type === 'file' || input.type === 'kafka') continue;
    connections[input.connection] = input.type === 'blob' ? 'storage' : 'eventHubs';
    if (input.type === 'blob') continue;
    const { eventHub, consumerGroup } = input;
    hubs.set(eventHub.toLowerCase(), { name: eventHub, partitionCount: INPUT_PARTITIONS, consumerGroups: [consumerGroup] });
  }
  for (const reference of Object.values(referenceData)) if (reference.type === 'blob') connections[reference.connection] = 'storage';
  return { hubs: [...hubs.values()], connections };
}
