/** What job.json may say: the settings of each part, what is assumed when one is left out, and an example of each. */
import { messageOf } from '../errors';
import { pathPattern } from '../sinks/path-pattern';
import { blobPath } from '../sources/blob-path';
import { hasSnapshots, snapshotPattern } from '../sources/snapshot-pattern';
import { parseDuration } from '../values/durations';
import { parseDateTime } from '../values/ticks';

/** What one setting of job.json may be. */
export interface Field {
  required?: boolean;
  fallback?: unknown;
  example: string;
  check: (value: unknown) => string | undefined;
}

export type Fields = Record<string, Field>;

const oneOf = (...allowed: string[]) => (value: unknown): string | undefined => (allowed.includes(value as string) ? undefined : `must be one of ${allowed.join(', ')}`);
const isText = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? undefined : 'must be text');
const isDuration = (value: unknown): string | undefined => (typeof value === 'string' && parseDuration(value) !== undefined ? undefined : 'must be a duration');
const isDurationOrUnlimited = (value: unknown): string | undefined => (value === 'unlimited' ? undefined : isDuration(value) && 'must be a duration or "unlimited"');
const isShards = (value: unknown): string | undefined => (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 64 ? undefined : 'must be a whole number from 1 to 64');
const isVersion = (value: unknown): string | undefined => (Number.isInteger(value) && (value as number) >= 1 && (value as number) < 1_000_000 ? undefined : 'must be a whole number from 1');
const isTime = (value: unknown): string | undefined => (typeof value === 'string' && parseDateTime(value) !== undefined ? undefined : 'must be a time in ISO 8601');
const isFlag = (value: unknown): string | undefined => (typeof value === 'boolean' ? undefined : 'must be true or false');
const isNames = (value: unknown): string | undefined => (Array.isArray(value) && value.length > 0 && value.every((item) => isText(item) === undefined) ? undefined : 'must be a list of columns');
const isKeyPath = (value: unknown): string | undefined => (typeof value === 'string' && /^(\/[^/]+)+$/.test(value) ? undefined : 'must be a path that starts with /');
const problemOf = (make: () => unknown): string | undefined => {
  try {
    make();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
};
const isLocale = (value: unknown): string | undefined => isText(value) ?? problemOf(() => new Intl.NumberFormat(value as string));
const isPathPattern = (value: unknown): string | undefined => isText(value) ?? problemOf(() => pathPattern(value as string));
const isSnapshotPath = (value: unknown): string | undefined => isText(value) ?? problemOf(() => hasSnapshots(value as string) && snapshotPattern(value as string));
const isBlobPath = (value: unknown): string | undefined => isText(value) ?? problemOf(() => blobPath(value as string));
const isDateFormat = (value: unknown): string | undefined => isText(value) ?? problemOf(() => snapshotPattern('{date}', { dateFormat: value as string }));
const isTimeFormat = (value: unknown): string | undefined => isText(value) ?? problemOf(() => snapshotPattern('{date}/{time}', { timeFormat: value as string }));
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const FORMATS = ['json', 'csv', 'avro'];
const isSample = (value: unknown): string | undefined => {
  if (!isObject(value) || isText(value.path)) return 'must be an object with the path of a file';
  if (value.format !== undefined && !FORMATS.includes(value.format as string)) return `must have a format of ${FORMATS.join(', ')}`;
  return undefined;
};

const text = (example: string, extra: Partial<Field> = {}): Field => ({ required: true, example, check: isText, ...extra });
const optional = (example: string): Field => ({ example, check: isText });

const FORMAT: Field = { fallback: 'json', example: '"json"', check: oneOf(...FORMATS) };
const DELIMITER: Field = { example: '";"', check: oneOf(',', ';', ' ', '\t', '|') };
const SAMPLE: Field = { example: '{"path": "events.ndjson"}', check: isSample };

const INPUT_FORMAT: Fields = {
  format: FORMAT,
  delimiter: DELIMITER,
  compression: { fallback: 'none', example: '"gzip"', check: oneOf('none', 'gzip', 'deflate') },
  partitionKey: optional('"deviceId"'),
  sample: SAMPLE,
};

const hub = (type: string, connection: string, eventHub: string): Fields => ({
  type: text(type),
  connection: text(connection),
  eventHub: text(eventHub),
  consumerGroup: { fallback: '$Default', example: '"weir"', check: isText },
  ...INPUT_FORMAT,
});

export const INPUTS: Record<string, Fields> = {
  eventHub: hub('"eventHub"', '"EVENTHUB"', '"telemetry"'),
  // The "Event Hub-compatible" endpoint and name.
  iotHub: hub('"iotHub"', '"IOTHUB"', '"iothub-ehub-NAME"'),
  blob: {
    type: text('"blob"'),
    connection: text('"STORAGE"'),
    container: text('"events"'),
    path: text('"sensors/{date}/{time}/"', { check: isBlobPath }),
    dateFormat: { example: '"YYYY/MM/DD"', check: isDateFormat },
    timeFormat: { example: '"HH"', check: isTimeFormat },
    ...INPUT_FORMAT,
  },
  kafka: {
    type: text('"kafka"'),
    brokers: text('"%KAFKA_BROKERS%"'),
    topic: text('"telemetry"'),
    consumerGroup: { fallback: 'weir', example: '"weir"', check: isText },
    protocol: { fallback: 'plaintext', example: '"saslSsl"', check: oneOf('plaintext', 'ssl', 'saslPlaintext', 'saslSsl') },
    mechanism: { example: '"plain"', check: oneOf('plain', 'scramSha256', 'scramSha512') },
    username: optional('"%KAFKA_USER%"'),
    // The name of a setting: a job folder holds no secrets.
    password: optional('"KAFKA_PASSWORD"'),
    ...INPUT_FORMAT,
  },
  file: { type: text('"file"'), sample: SAMPLE },
};
/** See OnRefused in definition.ts. */
const ON_REFUSED: Field = { fallback: 'retry', example: '"dead-letter"', check: oneOf('retry', 'dead-letter', 'stop') };
const SNAPSHOTS: Fields = { dateFormat: { example: '"YYYY/MM/DD"', check: isDateFormat }, timeFormat: { example: '"HH-mm"', check: isTimeFormat } };
const ROW_FILE: Fields = {
  format: { fallback: 'json', example: '"csv"', check: oneOf('json', 'json-array', 'csv') },
  delimiter: DELIMITER,
  locale: { example: '"it-IT"', check: isLocale },
};
const STORAGE = text('"AzureWebJobsStorage"');

export const REFERENCES: Record<string, Fields> = {
  file: { type: text('"file"'), path: text('"rooms.json"', { check: isSnapshotPath }), ...SNAPSHOTS, format: FORMAT, delimiter: DELIMITER },
  blob: { type: text('"blob"'), connection: STORAGE, container: text('"reference"'), path: text('"rooms/{date}/{time}/rooms.json"', { check: isSnapshotPath }), ...SNAPSHOTS, format: FORMAT, delimiter: DELIMITER, sample: SAMPLE },
};

export const OUTPUTS: Record<string, Fields> = {
  eventHub: {
    type: text('"eventHub"'),
    connection: text('"EVENTHUB"'),
    onError: ON_REFUSED,
    eventHub: text('"alerts"'),
    identity: { fallback: 'property', example: '"property"', check: oneOf('body', 'property', 'none') },
    partitionKey: optional('"deviceId"'),
    properties: { example: '["deviceId"]', check: isNames },
  },
  cosmos: {
    type: text('"cosmos"'),
    connection: text('"COSMOS"'),
    onError: ON_REFUSED,
    database: text('"weir"'),
    container: text('"devices"'),
    documentId: optional('"id"'),
    partitionKey: { fallback: '/id', example: '"/deviceId"', check: isKeyPath },
    bulk: { fallback: false, example: 'true', check: isFlag },
  },
  blob: { type: text('"blob"'), connection: STORAGE, onError: ON_REFUSED, container: text('"weir"'), path: text('"archive/{date}/{time}"', { check: isPathPattern }), dateFormat: optional('"YYYY/MM/DD"'), timeFormat: optional('"HH"'), ...ROW_FILE },
  file: { type: text('"file"') },
};

export const DEAD_LETTER: Fields = {
  connection: { fallback: 'AzureWebJobsStorage', example: '"AzureWebJobsStorage"', check: isText },
  container: { fallback: 'dead-letter', example: '"dead-letter"', check: isText },
};

export const TIME: Fields = {
  early: { fallback: '5m', example: '"5m"', check: isDurationOrUnlimited },
  late: { fallback: '5s', example: '"5s"', check: isDurationOrUnlimited },
  outOfOrder: { fallback: '0s', example: '"0s"', check: isDuration },
  action: { fallback: 'adjust', example: '"adjust"', check: oneOf('adjust', 'drop') },
};

export const JOB: Fields = {
  name: text('"telemetry"', { check: (v) => (typeof v === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(v) ? undefined : 'must be 1 to 40 letters, digits and hyphens, starting with a letter') }),
  query: { fallback: 'query.saql', example: '"query.saql"', check: isText },
  version: { fallback: 1, example: '2', check: isVersion },
  from: { example: '"2026-11-24T10:00:00Z"', check: isTime },
  until: { example: '"2026-11-24T10:00:00Z"', check: isTime },
  compatibilityLevel: { fallback: '1.2', example: '"1.2"', check: oneOf('1.0', '1.1', '1.2') },
  shards: { fallback: 2, example: '2', check: isShards },
  onError: { fallback: 'dead-letter', example: '"dead-letter"', check: oneOf('dead-letter', 'stop') },
  inputs: { required: true, example: '{"telemetry": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  outputs: { required: true, example: '{"alerts": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  referenceData: { fallback: {}, example: '{"rooms": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  deadLetter: { fallback: {}, example: '{"container": "dead-letter"}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  time: { fallback: {}, example: '{"late": "5s"}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
};
