import { pathPattern } from '../../sinks/path-pattern';
import type { BlobOutput, CosmosOutput, EventHubOutput, FileOutput, OutputDefinition } from '../definition';
import { connectionSetting } from './connections';
import { snapshotFormat } from './date-format';
import type { ProjectFile } from './project-file';
import { readOutputFormat } from './serialization';

const POSSIBLE = ['Event Hub', 'DocumentDB', 'Blob Storage'];

/** Reads `Outputs/NAME.json`. What no deployed job can write is kept as an output for files, with the reason. */
export function readOutput(file: ProjectFile): { name: string; file: ProjectFile; output: OutputDefinition } {
  const name = file.required('Name', 'alerts');
  return { name, file, output: { ...readTarget(file), declaredIn: file.file } };
}

function readTarget(file: ProjectFile): OutputDefinition {
  const source = file.required('DataSourceType', 'Event Hub');
  switch (source.toLowerCase()) {
    case 'event hub':
      return eventHub(file);
    case 'documentdb':
    case 'cosmosdb':
    case 'cosmos db':
      return cosmos(file.section('DocumentDbProperties'));
    case 'blob storage':
      return blob(file, file.section('BlobStorageProperties'));
    default:
      return { type: 'file', refused: `DataSourceType '${source}' is not possible; possible are ${POSSIBLE.join(', ')}` };
  }
}

function eventHub(file: ProjectFile): EventHubOutput | FileOutput {
  const section = file.section('EventHubProperties');
  const format = readOutputFormat(file, 'message');
  if ('refused' in format) return { type: 'file', ...format };
  const partitionKey = section.text('PartitionKey') ?? file.text('PartitionKey');
  const properties = section.texts('PropertyColumns') ?? file.texts('PropertyColumns');
  return {
    type: 'eventHub',
    connection: connectionSetting('EventHub', section.required('ServiceBusNamespace', 'my-namespace')),
    eventHub: section.required('EventHubName', 'alerts'),
    identity: 'property',
    ...(partitionKey === undefined ? {} : { partitionKey }),
    ...(properties === undefined ? {} : { properties }),
  };
}

function cosmos(section: ProjectFile): CosmosOutput {
  const container = section.text('ContainerName') ?? section.text('CollectionNamePattern');
  if (container === undefined) section.problem('ContainerName', 'is missing; for example "devices"');
  const [documentId, key] = [section.text('DocumentId'), section.text('PartitionKey')];
  return {
    type: 'cosmos',
    connection: connectionSetting('Cosmos', section.required('AccountId', 'my-account')),
    database: section.required('Database', 'telemetry'),
    container: container ?? '',
    ...(documentId === undefined ? {} : { documentId }),
    partitionKey: key === undefined ? '/id' : `/${key.replace(/^\//, '')}`,
    bulk: false,
  };
}

function blob(file: ProjectFile, section: ProjectFile): BlobOutput | FileOutput {
  const format = readOutputFormat(file, 'file');
  if ('refused' in format) return { type: 'file', ...format };
  const [account, ...others] = section.list('StorageAccounts');
  if (!account || others.length > 0) section.problem('StorageAccounts', `must be one account, found ${others.length + (account ? 1 : 0)}; for example [{"AccountName": "account"}]`);
  const container = section.required('Container', 'results');
  if (/[{}]/.test(container)) section.problem('Container', `must be a fixed name, found '${container}'`);
  // An empty pattern is the container's root.
  const path = section.text('PathPattern') ?? '/';
  const formats = snapshotFormat(section);
  section.attempt('PathPattern', () => pathPattern(path, formats));
  return { type: 'blob', connection: connectionSetting('Storage', account?.required('AccountName', 'account') ?? ''), container, path, ...formats, ...format };
}
