import { dirname } from 'node:path/posix';
import { hasSnapshots, snapshotPattern } from '../../sources/snapshot-pattern';
import type { EventHubInput, FileInput, InputDefinition, ReferenceDefinition, SampleFile } from '../definition';
import { connectionSetting } from './connections';
import { snapshotFormat } from './date-format';
import type { ProjectFile } from './project-file';
import { readCompression, readLocalFormat, readSerialization } from './serialization';
import { findFile, isAbsolutePath } from './windows-path';

/** What one file of `Inputs/` declares. */
export type DeclaredInput = { name: string; file: ProjectFile } & ({ kind: 'stream'; input: InputDefinition } | { kind: 'reference'; reference: ReferenceDefinition });

/** A local file that stands for an input. */
export interface LocalInput {
  name: string;
  kind: 'stream' | 'reference';
  file: ProjectFile;
  sample: SampleFile;
}

/** `Type` of an input. */
export const INPUT_KINDS = { 'Data Stream': 'stream', 'Reference Data': 'reference' } as const;
const STREAM_SOURCES = ['Event Hub', 'IoT Hub'];

/** Reads `Inputs/NAME.json`: an input on a service. What no deployed job can read is kept as an input for files, with the reason. */
export function readInput(file: ProjectFile): DeclaredInput {
  const name = file.required('Name', 'telemetry');
  const source = file.required('DataSourceType', 'Event Hub');
  if (file.choice('Type', INPUT_KINDS, 'stream') === 'reference') return { name, file, kind: 'reference', reference: readReference(file, source) };
  return { name, file, kind: 'stream', input: readStream(file, source) };
}

function readStream(file: ProjectFile, source: string): InputDefinition {
  switch (source.toLowerCase()) {
    case 'event hub':
      return hubInput(file, eventHubOf(file.section('EventHubProperties')));
    case 'iot hub':
      return { ...hubInput(file, iotHubOf(file.section('IoTHubProperties'))), type: 'iotHub' };
    default: {
      const refused = `'${source}' is not possible for a stream; possible are ${STREAM_SOURCES.join(', ')}`;
      return { type: 'file', refused, declaredIn: file.at('DataSourceType') } satisfies FileInput;
    }
  }
}

type Hub = Pick<EventHubInput, 'connection' | 'eventHub' | 'consumerGroup'>;

function eventHubOf(section: ProjectFile): Hub {
  return {
    connection: connectionSetting('EventHub', section.required('ServiceBusNamespace', 'my-namespace')),
    eventHub: section.required('EventHubName', 'telemetry'),
    consumerGroup: section.text('ConsumerGroupName') ?? '$Default',
  };
}

/** An IoT hub's built-in endpoint is an Event Hub whose real name is in its connection string, which goes before the name given here. */
function iotHubOf(section: ProjectFile): Hub {
  const name = section.required('IotHubNamespace', 'my-iot-hub');
  if ((section.text('Endpoint') ?? 'messages/events').toLowerCase() !== 'messages/events') section.problem('Endpoint', 'only messages/events is possible');
  return { connection: connectionSetting('IoTHub', name), eventHub: name, consumerGroup: section.text('ConsumerGroupName') ?? '$Default' };
}

function hubInput(file: ProjectFile, hub: Hub): EventHubInput {
  const partitionKey = file.text('PartitionKey');
  return { type: 'eventHub', ...hub, ...readSerialization(file), compression: readCompression(file), ...(partitionKey === undefined ? {} : { partitionKey }), declaredIn: file.file };
}

function readReference(file: ProjectFile, source: string): ReferenceDefinition {
  if (source.toLowerCase() !== 'blob storage') {
    return { type: 'file', path: '', format: 'json', refused: `'${source}' is not possible for reference data; possible is Blob Storage`, declaredIn: file.at('DataSourceType') };
  }
  const section = file.section('BlobReferenceProperties');
  const [account, ...others] = section.list('StorageAccounts');
  if (!account || others.length > 0) section.problem('StorageAccounts', `must be one account, found ${others.length + (account ? 1 : 0)}; for example [{"AccountName": "account"}]`);
  const [path, formats] = [section.required('PathPattern', 'rooms/{date}/{time}/rooms.json'), snapshotFormat(section)];
  section.attempt('PathPattern', () => hasSnapshots(path) && snapshotPattern(path, formats));
  return {
    type: 'blob',
    connection: connectionSetting('Storage', account?.required('AccountName', 'account') ?? ''),
    container: section.required('Container', 'reference'),
    path,
    ...formats,
    ...readSerialization(file),
    declaredIn: file.file,
  };
}

/** Reads `Inputs/Local_NAME.json`. `project` is its folder. */
export function readLocalInput(file: ProjectFile, project: string): LocalInput {
  // Older projects say InputAlias, newer ones Name.
  const name = file.text('InputAlias') ?? file.required('Name', 'telemetry');
  const written = file.required('FilePath', 'data/telemetry.json');
  return { name, kind: file.choice('Type', INPUT_KINDS, 'stream'), file, sample: { path: written === '' ? '' : sampleFile(file, written, project), ...readLocalFormat(file) } };
}

/** Beside the file that names it, or else from the project on. */
function sampleFile(file: ProjectFile, written: string, project: string): string {
  const found = findFile(project, `${dirname(file.file)}/${written}`) ?? findFile(project, written);
  if (found === undefined) file.problem('FilePath', isAbsolutePath(written) ? `${written} does not exist on this machine; write it relative to ${file.file}` : `${written} does not exist, neither beside ${file.file} nor in the project`);
  return found ?? written;
}
