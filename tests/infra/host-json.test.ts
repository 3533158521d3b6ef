/** host.json is what the local host reads, within the limits that Azure documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHostJson } from '../../local/host/host-json';
import { parseTimeSpan } from '../../local/host/timespan';
import { INFRA } from './bicep/files';

const ROOT = join(INFRA, '..');
const host = readHostJson(ROOT);

interface HostFile {
  version: string;
  extensionBundle: { id: string; version: string };
  extensions: { durableTask: { storageProvider: { type: string; partitionCount: number; maxQueuePollingInterval: string }; maxConcurrentEntityFunctions: number; extendedSessionsEnabled?: boolean } };
  logging: { applicationInsights: { samplingSettings: { isEnabled: boolean; excludedTypes: string } } };
}
const file = JSON.parse(readFileSync(join(ROOT, 'host.json'), 'utf8')) as HostFile;

it('starts where a new consumer must: with the oldest event', () => expect(host.eventHubs.initialOffset).toBe('earliest'));

it('takes a checkpoint after every batch: what was not counted comes again', () => expect(host.eventHubs.batchCheckpointFrequency).toBe(1));

it('has batches within the limits of the extension', () => {
  const { maxEventBatchSize, minEventBatchSize, prefetchCount, maxWaitTimeMs } = host.eventHubs;
  expect(minEventBatchSize).toBeLessThanOrEqual(maxEventBatchSize);
  expect(prefetchCount).toBeGreaterThanOrEqual(maxEventBatchSize);
  expect(maxWaitTimeMs).toBeLessThanOrEqual(10 * 60_000);
});

it('names a task hub as Azure Storage allows: 3 to 45 letters and digits', () => expect(host.durableTask.hubName).toMatch(/^[A-Za-z][A-Za-z0-9]{2,44}$/));

it('has as many control queues as instances can share entities, at most 16', () => {
  const { storageProvider } = file.extensions.durableTask;
  expect(storageProvider.type).toBe('AzureStorage');
  expect(storageProvider.partitionCount).toBeGreaterThanOrEqual(1);
  expect(storageProvider.partitionCount).toBeLessThanOrEqual(16);
  expect(parseTimeSpan(storageProvider.maxQueuePollingInterval)).toBeLessThanOrEqual(30_000);
});

it('keeps live states itself: extended sessions are for functions in the host process', () => expect(file.extensions.durableTask.extendedSessionsEnabled ?? false).toBe(false));

it('samples telemetry of invocations, and no exception', () => expect(file.logging.applicationInsights.samplingSettings).toMatchObject({ isEnabled: true, excludedTypes: 'Exception' }));

it('is of the version and bundle that the bindings are written for', () => expect([file.version, file.extensionBundle.id, file.extensionBundle.version]).toEqual(['2.0', 'Microsoft.Azure.Functions.ExtensionBundle', '[4.*, 5.0.0)']));
