import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Call } from '../../../../local/cli/command';
import { run } from '../../../../local/cli/run';
import { jobSource } from '../../../../local/cli/query-source';
import { runFiles } from '../../../../local/cli/run-files';
import { requireDeployable } from '../../../../shared/job/deployable';
import { loadJob } from '../../../../shared/job/load';

const HUB_INPUT = {
  Name: 'sensors',
  Type: 'Data Stream',
  DataSourceType: 'Event Hub',
  EventHubProperties: { ServiceBusNamespace: 'green-house', EventHubName: 'readings', SharedAccessPolicyName: null, ConsumerGroupName: '', AuthenticationMode: 'Msi' },
  Serialization: { Type: 'Json', Encoding: 'UTF8' },
  PartitionKey: 'zone',
  CompressionType: 'GZip',
  ScriptType: 'Input',
};
const BLOB_OUTPUT = {
  Name: 'archive',
  DataSourceType: 'Blob Storage',
  BlobStorageProperties: { StorageAccounts: [{ AccountName: 'store', AccountKey: null }], Container: 'raw', PathPattern: '{date}/{zone}', DateFormat: 'yyyy/MM/dd', TimeFormat: 'HH' },
  Serialization: { Type: 'Json', Encoding: 'UTF8', Format: 'LineSeparated' },
  ScriptType: 'Output',
};
const QUERY = `
SELECT zone, AVG(celsius) AS mean INTO averages FROM sensors TIMESTAMP BY at GROUP BY zone, TumblingWindow(minute, 1)
SELECT s.zone, z.crop, udf.toFahrenheit(s.celsius) AS f INTO archive FROM sensors s TIMESTAMP BY at JOIN zones z ON s.zone = z.zone`;

/** A small project; each test changes what it is about. */
const FILES: Record<string, unknown> = {
  'asaproj.json': {
    name: 'Green House',
    startFile: 'Main.asaql',
    configurations: [
      { filePath: 'JobConfig.json', subType: 'JobConfig' },
      { filePath: 'Inputs\\Local_sensors.json', subType: 'InputMock' },
      { filePath: 'inputs\\sensors.json', subType: 'Input' },
      { filePath: 'Outputs\\archive.json', subType: 'Output' },
      { filePath: 'Functions\\toFahrenheit.js.json', subType: 'JSFunction' },
    ],
  },
  'Main.asaql': QUERY,
  'JobConfig.json': { ScriptType: 'JobConfig', DataLocale: 'en-US', OutputErrorPolicy: 'Drop', EventsLateArrivalMaxDelayInSeconds: 20, EventsOutOfOrderMaxDelayInSeconds: 3, EventsOutOfOrderPolicy: 'Drop', Sku: { Name: 'StandardV2', StreamingUnits: '1' }, CompatibilityLevel: '1.1' },
  'Inputs/sensors.json': HUB_INPUT,
  'Inputs/Local_sensors.json': { InputAlias: 'sensors', Type: 'Data Stream', Format: 'Csv', FilePath: '..\\Data\\Readings.csv', ScriptType: 'InputMock' },
  'Inputs/Local_zones.json': { Name: 'zones', Type: 'Reference data', DataSourceType: 'Local Input', Serialization: { Type: 'Json' }, FilePath: 'zones.json', ScriptType: 'InputMock' },
  'Inputs/zones.json': [{ zone: 'n', crop: 'tomato' }],
  'data/readings.csv': 'zone,celsius,at\nn,20,2026-01-01T00:00:10Z\nn,22,2026-01-01T00:00:20Z\n',
  'Outputs/archive.json': BLOB_OUTPUT,
  'Functions/toFahrenheit.js.json': { Name: 'toFahrenheit', Type: 'Scalar', ScriptType: 'JSFunction', FunctionInputs: [{ DataType: 'any' }], OutputType: 'float' },
  'Functions/toFahrenheit.js': 'function main(c) { return c * 1.8 + 32; }',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-asa-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(changes: Record<string, unknown> = {}): string {
  for (const [name, content] of Object.entries({ ...FILES, ...changes })) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

function problemsOf(changes: Record<string, unknown>): string[] {
  try {
    loadJob(write(changes));
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map((line) => line.trim());
  }
  return [];
}

describe('a Stream Analytics project', () => {
  it('is a job: services, time policy, level, functions', () => {
    const { definition } = loadJob(write());
    expect(definition).toMatchObject({
      name: 'Green-House',
      query: 'Main.asaql',
      compatibilityLevel: '1.1',
      time: { early: '5m', late: '20s', outOfOrder: '3s', action: 'drop' },
      onError: 'dead-letter',
      deadLetter: { connection: 'AzureWebJobsStorage', container: 'dead-letter' },
    });
    expect(definition.inputs.sensors).toEqual({ type: 'eventHub', connection: 'EventHub_green_house', eventHub: 'readings', consumerGroup: '$Default', format: 'json', compression: 'gzip', partitionKey: 'zone', sample: { path: 'data/readings.csv', format: 'csv', delimiter: ',' }, declaredIn: 'Inputs/sensors.json' });
    expect(definition.referenceData.zones).toEqual({ type: 'file', path: 'Inputs/zones.json', format: 'json', declaredIn: 'Inputs/Local_zones.json' });
    expect(definition.outputs.archive).toEqual({ type: 'blob', connection: 'Storage_store', container: 'raw', path: '{date}/{zone}', dateFormat: 'YYYY/MM/DD', timeFormat: 'HH', format: 'json', onError: 'dead-letter', declaredIn: 'Outputs/archive.json' });
  });

  it('runs over its local files', () => {
    const source = jobSource(loadJob(write()));
    const { outputs } = runFiles(source.samples, source, { arrival: 0 });
    expect(outputs.get('archive')).toEqual([{ zone: 'n', crop: 'tomato', f: 68 }, { zone: 'n', crop: 'tomato', f: 71.6 }]);
    expect(outputs.get('averages')).toEqual([{ zone: 'n', mean: 21 }]);
  });

  it('runs by its folder alone, and takes other files instead', async () => {
    const elsewhere = join(folder, 'elsewhere.json');
    writeFileSync(elsewhere, '[{"zone":"n","celsius":1,"at":"2026-01-01T00:00:10Z"}]');
    write({ 'Inputs/Local_zones.json': { Name: 'zones', Type: 'Reference data', FilePath: join(folder, 'Inputs/zones.json'), ScriptType: 'InputMock' } });
    const out = join(folder, 'out');
    const rows = async (values: Record<string, unknown>): Promise<string> => {
      expect(await run.run({ positionals: [], values: { job: folder, out, ...values } as Call['values'], print: () => undefined, note: () => undefined, isTerminal: false })).toBe(0);
      return readFileSync(join(out, 'archive.json'), 'utf8');
    };
    expect(await rows({})).toBe('{"zone":"n","crop":"tomato","f":68}\n{"zone":"n","crop":"tomato","f":71.6}\n');
    expect(await rows({ input: [`Sensors=${elsewhere}`] })).toBe('{"zone":"n","crop":"tomato","f":33.8}\n');
    await expect(rows({ input: ['sensor=x.json'] })).rejects.toThrow('the query has no input sensor; it has sensors');
  });

  it('reads an IoT hub as the Event Hub that it has', () => {
    const { definition } = loadJob(write({ 'Inputs/sensors.json': { ...HUB_INPUT, DataSourceType: 'IoT Hub', IoTHubProperties: { IotHubNamespace: 'Farm', Endpoint: 'messages/events', ConsumerGroupName: 'weir' } } }));
    expect(definition.inputs.sensors).toMatchObject({ type: 'iotHub', connection: 'IoTHub_Farm', eventHub: 'Farm', consumerGroup: 'weir' });
  });

  it('reads Cosmos DB and Event Hub outputs, and reference data of a blob', () => {
    const { definition } = loadJob(
      write({
        'Outputs/averages.json': { Name: 'averages', DataSourceType: 'DocumentDB', DocumentDbProperties: { AccountId: 'green-db', Database: 'd', ContainerName: 'c', DocumentId: 'zone', PartitionKey: 'zone' }, ScriptType: 'Output' },
        'Outputs/archive.json': { Name: 'archive', DataSourceType: 'Event Hub', EventHubProperties: { ServiceBusNamespace: 'green-house', EventHubName: 'out', PartitionKey: 'zone' }, PropertyColumns: ['crop'], Serialization: { Type: 'Json' }, ScriptType: 'Output' },
        'Inputs/zones.blob.json': { Name: 'zones', Type: 'Reference data', DataSourceType: 'Blob Storage', BlobReferenceProperties: { StorageAccounts: [{ AccountName: 'store' }], Container: 'ref', PathPattern: 'z/{date}/zones.csv', DateFormat: 'yyyy-MM-dd', TimeFormat: 'HH' }, Serialization: { Type: 'Csv', FieldDelimiter: ';' }, ScriptType: 'Input' },
      }),
    );
    expect(definition.outputs.averages).toEqual({ type: 'cosmos', connection: 'Cosmos_green_db', database: 'd', container: 'c', documentId: 'zone', partitionKey: '/zone', bulk: false, onError: 'dead-letter', declaredIn: 'Outputs/averages.json' });
    expect(definition.outputs.archive).toMatchObject({ type: 'eventHub', eventHub: 'out', identity: 'property', partitionKey: 'zone', properties: ['crop'] });
    expect(definition.referenceData.zones).toMatchObject({ type: 'blob', connection: 'Storage_store', container: 'ref', path: 'z/{date}/zones.csv', dateFormat: 'YYYY-MM-DD', format: 'csv', delimiter: ';', sample: { path: 'Inputs/zones.json', format: 'json' } });
  });

  it.each([
    [{ Type: 'Csv', FieldDelimiter: ';' }, { format: 'csv', delimiter: ';', locale: 'en-US' }],
    [{ Type: 'Json', Format: 'Array' }, { format: 'json-array' }],
    [{ Type: 'Parquet' }, { type: 'file', refused: 'Outputs/archive.json, Serialization.Type: Parquet is not possible; possible are Json, Csv' }],
  ])('reads the format %j of a blob output', (Serialization, expected) => {
    expect(loadJob(write({ 'Outputs/archive.json': { ...BLOB_OUTPUT, Serialization } })).definition.outputs.archive).toMatchObject(expected);
  });

  it('reports every mistake with file and property', () => {
    expect(
      problemsOf({
        'JobConfig.json': { ScriptType: 'JobConfig', EventsOutOfOrderPolicy: 'Adjst', EventsLateArrivalMaxDelayInSeconds: -2, CompatibilityLevel: '2.0' },
        'Inputs/sensors.json': { ...HUB_INPUT, EventHubProperties: { EventHubName: 7 }, Serialization: { Type: 'Protobuf' } },
        'Inputs/Local_sensors.json': { InputAlias: 'sensors', Type: 'Data Stream', FilePath: 'C:\\data\\x.json', ScriptType: 'InputMock' },
        'Outputs/archive.json': { ...BLOB_OUTPUT, BlobStorageProperties: { ...BLOB_OUTPUT.BlobStorageProperties, PathPattern: '{date' } },
        'Functions/toFahrenheit.js': undefined,
      }).sort(),
    ).toEqual([
      "Inputs/sensors.json, Serialization.Type: must be one of Json, Csv, Avro, found \"Protobuf\"",
      'Inputs/sensors.json, EventHubProperties.ServiceBusNamespace: is missing; for example "my-namespace"',
      'Inputs/sensors.json, EventHubProperties.EventHubName: must be text, found 7',
      'Inputs/Local_sensors.json, FilePath: C:\\data\\x.json does not exist on this machine; write it relative to Inputs/Local_sensors.json',
      "Outputs/archive.json, BlobStorageProperties.PathPattern: the path pattern '{date' is not valid: a brace is not closed. Example: archive/{date}/{time} or {datetime:yyyy}/{datetime:MM}/{region}",
      'Functions/toFahrenheit.js.json, Name: the function toFahrenheit has no JavaScript beside it (expected Functions/toFahrenheit.js); only JavaScript functions are possible',
      'JobConfig.json, CompatibilityLevel: must be one of 1.0, 1.1, 1.2, found "2.0" (did you mean \'1.0\'?)',
      'JobConfig.json, EventsLateArrivalMaxDelayInSeconds: must be a whole number from -1 to 1814399, found -2',
      "JobConfig.json, EventsOutOfOrderPolicy: must be one of Adjust, Drop, found \"Adjst\" (did you mean 'Adjust'?)",
    ].sort());
  });

  it('runs over files what cannot be deployed, and says why it cannot', () => {
    const job = loadJob(
      write({
        'Inputs/sensors.json': { ...HUB_INPUT, DataSourceType: 'Blob Storage' },
        'Outputs/archive.json': { Name: 'archive', DataSourceType: 'SQL Database', SQLDatabaseProperties: { Table: 't' }, ScriptType: 'Output' },
      }),
    );
    const source = jobSource(job);
    expect(runFiles(source.samples, source, { arrival: 0 }).outputs.get('archive')).toHaveLength(2);
    expect(() => requireDeployable(job.definition)).toThrow(
      [
        'the job Green-House can be run over files (weir run, weir test), but not as an app:',
        "  Inputs/sensors.json, DataSourceType: 'Blob Storage' is not possible for a stream; possible are Event Hub, IoT Hub",
        "  Outputs/archive.json: DataSourceType 'SQL Database' is not possible; possible are Event Hub, DocumentDB, Blob Storage",
        '  Outputs/averages.json: no file declares it',
      ].join('\n'),
    );
  });

  it('needs no asaproj.json when there is one query', () => {
    const { definition } = loadJob(write({ 'asaproj.json': undefined, 'JobConfig.json': undefined }));
    expect(definition).toMatchObject({ query: 'Main.asaql', time: { late: '5s' } });
    expect(Object.keys(definition.inputs)).toEqual(['sensors']);
  });
});
