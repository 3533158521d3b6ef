import { WELL_KNOWN_KEY } from '../../cosmos/auth';
import type { JobDefinition } from '../../../shared/job/definition';
import type { Ports } from './ports';

const STORAGE_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Connection strings of the local parts, with the credentials that every Azure developer knows. */
export function connectionsFor(ports: Ports): { storage: string; eventHubs: string; cosmos: string } {
  const account = (port: number): string => `http://127.0.0.1:${port}/devstoreaccount1`;
  return {
    storage: `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${STORAGE_KEY};BlobEndpoint=${account(ports.blob)};QueueEndpoint=${account(ports.queue)};TableEndpoint=${account(ports.table)};`,
    eventHubs: `Endpoint=sb://localhost:${ports.eventHubs};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    cosmos: `AccountEndpoint=http://localhost:${ports.cosmos}/;AccountKey=${WELL_KNOWN_KEY};`,
  };
}

/** Settings that the job asks for by `%NAME%`, and the names of its Kafka passwords, as far as the environment has them. */
export function namedSettings(definition: JobDefinition, environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const placeholders = [...JSON.stringify(definition).matchAll(/%([A-Za-z_][\w.:-]*)%/g)].map(([, name]) => name as string);
  const passwords = Object.values(definition.inputs).flatMap((input) => (input.type === 'kafka' ? (input.password ?? []) : []));
  return Object.fromEntries([...placeholders, ...passwords].flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

/** The local task hub keeps a state in one file however long it is: only from here on is a blob beside it cheaper than writing it anew, in characters. */
const LOCAL_INLINE = 262_144;

/** The app settings that `local.settings.json` would hold. `job` names the connection settings it uses; each is given its local string. */
export function settingsFor(ports: Ports, jobFolder: string, connections: Readonly<Record<string, 'storage' | 'eventHubs' | 'cosmos'>>): Record<string, string> {
  const strings = connectionsFor(ports);
  return {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AzureWebJobsStorage: strings.storage,
    WEIR_JOB: jobFolder,
    WEIR_STATE_INLINE: String(LOCAL_INLINE),
    ...Object.fromEntries(Object.entries(connections).map(([setting, kind]) => [setting, strings[kind]])),
  };
}
