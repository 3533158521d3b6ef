/** What the app reads, the job names and the bindings need, against what infra/ sets, makes and allows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from '../../shared/job/app';
import type { JobDefinition } from '../../shared/job/definition';
import { loadJob } from '../../shared/job/load';
import { Settings } from '../../shared/settings';
import type { Services } from '../../shared/job/services';
import { constant, declared, INFRA, readBicep, resourcesOf, valueAt, type PlacedResource } from './bicep/files';
import { walk, type BicepFile, type Expression } from './bicep/syntax';

const ROOT = join(INFRA, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

let files: Map<string, BicepFile>;
let job: JobDefinition;

beforeAll(async () => {
  files = await readBicep(INFRA);
  job = loadJob(join(ROOT, 'jobs/earthquakes')).definition;
});

const file = (name: string): BicepFile => files.get(name) as BicepFile;
const fallback = (name: string): unknown => constant(declared(file('main.bicep'), 'param').find((param) => param.name === name)?.fallback);

/** Settings of the function app, with something in place of what only a deployment knows. */
function appSettings(): Record<string, string> {
  const groups = declared(file('app/functions.bicep'), 'var').filter(({ name }) => /Settings$/.test(name));
  const entries = groups.flatMap(({ value }) => [...walk(value)].flatMap(({ expression }) => (expression.kind === 'object' ? expression.entries : [])));
  return Object.fromEntries(entries.map(({ key, value }) => [key.parts.join(''), textOf(value)]));
}

const OF_A_DEPLOYMENT: Record<string, string> = {
  jobFolder: 'jobs/earthquakes',
  clockSchedule: '0 */5 * * * *',
  alarmSeconds: '5',
  traceRatio: '0.05',
  identityClientId: '00000000-0000-0000-0000-000000000001',
  eventHubNamespace: 'evhns-x.servicebus.windows.net',
  cosmosEndpoint: 'https://cosmos-x.documents.azure.com:443/',
  hostBlobUri: 'https://sthostx.blob.core.windows.net/',
  lakeBlobUri: 'https://stlakex.blob.core.windows.net/',
};

function textOf(value: Expression): string {
  if (value.kind === 'name') return OF_A_DEPLOYMENT[value.name] ?? `the ${value.name}`;
  // The limits of POST /api/events are numbers, and settings are text.
  if (value.kind === 'call' && value.function === 'string') return '1';
  return value.kind === 'text' ? value.parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('') : '';
}

/** Names of settings that the code reads. */
function settingsRead(): string[] {
  const sources = ['shared', 'functions'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')));
  const literals = sources.flatMap((text) => [...text.matchAll(/settings\.text\('([^']+)'\)|'(WEIR_[A-Z_]+)'/g)]);
  return [...new Set(literals.map((match) => (match[1] ?? match[2]) as string))].sort();
}

const connections = (): string[] => [...new Set([...Object.values(job.inputs), ...Object.values(job.outputs), job.deadLetter].flatMap((part) => ('connection' in part ? part.connection : [])))].sort();

describe('settings', () => {
  it('that the code reads are all set, in Azure and in the sample for a laptop', () => {
    expect(settingsRead()).toEqual(expect.arrayContaining(['WEIR_JOB', 'WEIR_PUBLISH_MAX_BYTES', 'APPLICATIONINSIGHTS_CONNECTION_STRING']));
    const sample = (JSON.parse(read('local.settings.sample.json')) as { Values: Record<string, string> }).Values;
    expect(settingsRead().filter((name) => !(name in appSettings()))).toEqual([]);
    expect(settingsRead().filter((name) => !(name in sample))).toEqual([]);
    expect(connections().filter((name) => !(name in sample))).toEqual([]);
  });

  it('open the sample job with nothing but identities', async () => {
    const opened: unknown[] = [];
    const services = {
      openBlobContainer: (connection: unknown, container: string) => opened.push([connection, container]) && {},
      openStateStore: (connection: unknown, container: string) => opened.push([connection, container]) && {},
      openHubProperties: (connection: unknown, hub: string) => (opened.push([connection, hub]), { close: async () => undefined }),
    } as unknown as Services;
    const settings = new Settings({ ...appSettings(), APPLICATIONINSIGHTS_CONNECTION_STRING: undefined });
    await new App(ROOT, loadJob(join(ROOT, 'jobs/earthquakes')), settings, services).close();
    const own = { credential: 'managedIdentity', clientId: OF_A_DEPLOYMENT.identityClientId };
    const lake = { endpoint: OF_A_DEPLOYMENT.lakeBlobUri, ...own };
    expect(opened).toEqual([[{ endpoint: OF_A_DEPLOYMENT.eventHubNamespace, ...own }, 'quakes'], [lake, 'weir'], [lake, 'weir'], [{ endpoint: OF_A_DEPLOYMENT.hostBlobUri, ...own }, 'weir-state']]);
    for (const [name, kind] of [['EVENTHUB', 'eventHub'], ['COSMOS', 'cosmos'], ['LAKE', 'storage']] as const) expect(settings.connection(name, kind, 'x')).toMatchObject(own);
  });

  it('give the host its storage, by service, as the Durable Task extension wants it', () => {
    for (const part of ['blobServiceUri', 'queueServiceUri', 'tableServiceUri', 'credential', 'clientId']) expect(appSettings()).toHaveProperty(`AzureWebJobsStorage__${part}`);
  });

  it('hold no key: no connection string but the two that have none', () => {
    const whole = Object.keys(appSettings()).filter((name) => /CONNECTION_?STRING/i.test(name) || connections().includes(name) || name === 'AzureWebJobsStorage');
    expect(whole.filter((name) => !name.includes('__')).sort()).toEqual(['APPLICATIONINSIGHTS_CONNECTION_STRING', 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING']);
    expect(appSettings().DURABLE_TASK_SCHEDULER_CONNECTION_STRING).toMatch(/Authentication=ManagedIdentity;ClientID=/);
    expect(appSettings().APPLICATIONINSIGHTS_AUTHENTICATION_STRING).toMatch(/Authorization=AAD/);
  });
});

describe('names', () => {
  it('of hubs and consumer groups are those of the sample job', () => {
    expect((fallback('inputHubs') as { name: string; consumerGroup: string }[]).map(({ name, consumerGroup }) => [name, consumerGroup])).toEqual(Object.values(job.inputs).flatMap((input) => (input.type === 'eventHub' ? [[input.eventHub, input.consumerGroup]] : [])));
    expect((fallback('outputHubs') as { name: string }[]).map(({ name }) => name)).toEqual(Object.values(job.outputs).flatMap((output) => (output.type === 'eventHub' ? [output.eventHub] : [])));
  });

  it('of the database and its containers are those of the sample job', () => {
    const outputs = Object.values(job.outputs).flatMap((output) => (output.type === 'cosmos' ? [output] : []));
    expect(outputs.map(({ database }) => database)).toEqual([fallback('cosmosDatabase')]);
    expect(fallback('cosmosContainers')).toEqual(outputs.map(({ container, partitionKey }) => ({ name: container, partitionKey })));
  });

  it('of blob containers are those of the sample job', () => {
    const used = [...Object.values(job.outputs).flatMap((output) => (output.type === 'blob' ? [output.container] : [])), job.deadLetter.container];
    expect(fallback('blobContainers')).toEqual([...new Set(used)]);
  });

  it('of the job folder and of the service for azd are those of this repository', () => {
    expect(fallback('jobFolder')).toBe('jobs/earthquakes');
    const tag = [...walk(resourcesOf(file('app/functions.bicep')).find(({ fullType }) => fullType === 'Microsoft.Web/sites')?.body as Expression)].flatMap(({ expression }) => (expression.kind === 'object' ? expression.entries : [])).find(({ key }) => key.parts[0] === 'azd-service-name');
    expect(read('azure.yaml')).toMatch(new RegExp(`^  ${String(constant(tag?.value))}:$`, 'm'));
  });

  it('of parameters in main.parameters.json are those of main.bicep', () => {
    const { parameters } = JSON.parse(read('infra/main.parameters.json')) as { parameters: Record<string, unknown> };
    const known = declared(file('main.bicep'), 'param');
    expect(Object.keys(parameters).filter((name) => !known.some((param) => param.name === name))).toEqual([]);
    expect(known.filter((param) => !param.fallback && !(param.name in parameters))).toEqual([]);
  });
});

describe('roles', () => {
  /** Built-in roles by their ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
  const ROLES: Record<string, string> = {
    storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    eventHubsDataReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde',
    eventHubsDataSender: '2b629674-e913-4c01-ae53-ef4638d8f975',
    monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
    durableTaskDataContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402',
  };

  const names = (expression: Expression | undefined): string[] => (expression ? [...walk(expression)].flatMap(({ expression: part }) => (part.kind === 'name' ? [part.name] : part.kind === 'member' ? [part.property] : [])) : []);

  /** `role on resource` of each assignment; a role given by a loop is each of the list. */
  function assigned(): string[] {
    const vars = new Map(declared(file('app/roles.bicep'), 'var').map(({ name, value }) => [name, value]));
    return resourcesOf(file('app/roles.bicep')).filter(({ fullType }) => fullType === 'Microsoft.Authorization/roleAssignments').flatMap(({ body }) => {
      const [scope] = names(valueAt(body, 'scope'));
      const list = body.kind === 'for' ? names(vars.get(names(body.over)[0] as string)) : [];
      const roles = [...names(valueAt(body, 'properties', 'roleDefinitionId')), ...list].filter((name) => name in ROLES);
      return [...new Set(roles)].map((role) => `${role} on ${String(scope)}`);
    }).sort();
  }

  it('have the ids that Azure gave them', () => {
    const given = constant(declared(file('app/roles.bicep'), 'var').find(({ name }) => name === 'roles')?.value);
    expect(given).toEqual(ROLES);
  });

  it('allow what the job and the host do, and nothing more', () => {
    const kinds = new Set(Object.values(job.outputs).map(({ type }) => type));
    const needed = [
      ...['storageBlobDataOwner', 'storageQueueDataContributor', 'storageTableDataContributor'].map((role) => `${role} on hostAccount`),
      'eventHubsDataReceiver on namespace',
      // For outputs, and for POST /api/events.
      'eventHubsDataSender on namespace',
      ...(kinds.has('blob') ? ['storageBlobDataContributor on lakeAccount'] : []),
      'monitoringMetricsPublisher on component',
      'durableTaskDataContributor on scheduler',
    ];
    expect(assigned()).toEqual(needed.sort());
    expect(kinds.has('cosmos')).toBe(true);
    expect(resourcesOf(file('app/roles.bicep')).filter(({ fullType }) => fullType === 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments')).toHaveLength(1);
  });

  it('are assigned in one file', () => {
    const elsewhere = [...files].filter(([path, own]) => path !== 'app/roles.bicep' && resourcesOf(own).some(({ fullType }) => /role(Assignments|Definitions)$/i.test(fullType)));
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });
});

describe('security', () => {
  const find = (path: string, type: string): PlacedResource => resourcesOf(file(path)).find(({ fullType, existing }) => fullType === type && !existing) as PlacedResource;
  const value = (path: string, type: string, ...at: string[]): unknown => constant(valueAt(find(path, type).body, 'properties', ...at));

  it.each([
    ['app/storage.bicep', 'Microsoft.Storage/storageAccounts', ['allowSharedKeyAccess'], false],
    ['app/storage.bicep', 'Microsoft.Storage/storageAccounts', ['allowBlobPublicAccess'], false],
    ['app/storage.bicep', 'Microsoft.Storage/storageAccounts', ['minimumTlsVersion'], 'TLS1_2'],
    ['app/eventHub.bicep', 'Microsoft.EventHub/namespaces', ['disableLocalAuth'], true],
    ['app/eventHub.bicep', 'Microsoft.EventHub/namespaces', ['minimumTlsVersion'], '1.2'],
    ['app/cosmos.bicep', 'Microsoft.DocumentDB/databaseAccounts', ['disableLocalAuth'], true],
    ['app/cosmos.bicep', 'Microsoft.DocumentDB/databaseAccounts', ['minimalTlsVersion'], 'Tls12'],
    ['app/monitoring.bicep', 'Microsoft.Insights/components', ['DisableLocalAuth'], true],
    ['app/monitoring.bicep', 'Microsoft.OperationalInsights/workspaces', ['features', 'disableLocalAuth'], true],
    ['app/functions.bicep', 'Microsoft.Web/sites', ['httpsOnly'], true],
    ['app/functions.bicep', 'Microsoft.Web/sites', ['siteConfig', 'minTlsVersion'], '1.2'],
    ['app/functions.bicep', 'Microsoft.Web/sites', ['siteConfig', 'ftpsState'], 'Disabled'],
    ['app/functions.bicep', 'Microsoft.Web/sites', ['siteConfig', 'cors', 'allowedOrigins'], []],
  ] as const)('%s: %s %j is %j', (path, type, at, expected) => expect(value(path, type, ...at)).toEqual(expected));

  it.each(['ftp', 'scm'])('publishing over %s takes no password', (name) => {
    const policy = resourcesOf(file('app/functions.bicep')).find(({ fullType, name: symbol }) => fullType.endsWith('basicPublishingCredentialsPolicies') && symbol === name);
    expect(constant(valueAt(policy?.body as Expression, 'properties', 'allow'))).toBe(false);
  });

  it.each(['app/storage.bicep', 'app/eventHub.bicep', 'app/cosmos.bicep'])('%s has no public access when private', (path) => {
    const resource = resourcesOf(file(path)).find(({ body }) => valueAt(body, 'properties', 'publicNetworkAccess'));
    expect(valueAt(resource?.body as Expression, 'properties', 'publicNetworkAccess')).toMatchObject({ kind: 'choice', condition: { name: 'privateNetworking' }, then: { parts: ['Disabled'] } });
  });

  it('every data service gets a private endpoint', () => {
    const network = declared(file('main.bicep'), 'module').find(({ name }) => name === 'network');
    const endpoints = valueAt(network?.body as Expression, 'params', 'endpoints');
    const groups = endpoints?.kind === 'array' ? endpoints.items.map((item) => `${String(constant(valueAt(item, 'name')))}: ${String(constant(valueAt(item, 'groupId')))}`) : [];
    expect(groups).toEqual(['host-blob: blob', 'host-queue: queue', 'host-table: table', 'lake-blob: blob', 'event-hubs: namespace', 'cosmos: Sql']);
  });

  it('no file has a secret, or asks Azure for one', () => {
    const texts = [...readdirSync(INFRA, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)), join(ROOT, 'azure.yaml'), join(ROOT, 'host.json')].map((path) => [path, readFileSync(path, 'utf8')] as const);
    const patterns = [/AccountKey\s*=/i, /SharedAccess(Key|Signature)/i, /[?&]sig=/, /\blist(Keys|ConnectionStrings|AccountSas|ServiceSas|Secrets)\b/i, /\.(primary|secondary)(Key|ConnectionString)\b/i, /password\s*[:=]/i, /-----BEGIN/, /\b[A-Za-z0-9+/]{43}=(?![A-Za-z0-9])/, /\b[A-Za-z0-9+/]{86}==/];
    expect(texts.flatMap(([path, text]) => patterns.filter((pattern) => pattern.test(text)).map((pattern) => `${path}: ${String(pattern)}`))).toEqual([]);
  });
});
