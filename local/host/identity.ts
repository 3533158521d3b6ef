import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { AppSettings } from './settings';

/** The name under which this app's timers keep their status: the setting of Azure's hosts, or the app directory's name. */
export function hostId(appDir: string, settings: AppSettings): string {
  const configured = settings.get('AzureFunctionsWebHost__hostid');
  const name = path.basename(path.resolve(appDir)).toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return (configured ?? name).slice(0, 32);
}

/**
 * Under which name this host owns partitions. It is kept in the data directory (Azure makes a new one per process), so that
 * a host that was killed has its partitions back at once instead of waiting for its own leases to expire.
 */
export function ownerId(dataDir: string): string {
  const file = path.join(dataDir, 'owner-id');
  if (fs.existsSync(file)) return fs.readFileSync(file, 'utf8').trim();
  fs.mkdirSync(dataDir, { recursive: true });
  const id = randomUUID();
  fs.writeFileSync(file, id);
  return id;
}

/** What the worker needs of the parent's environment to find programs, certificates and temporary space. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'TZ', 'LANG', 'NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'SystemRoot'];

/** The worker's environment: the settings, and what Azure's hosts add to them. */
export function workerEnvironment(settings: Readonly<Record<string, string>>, appDir: string, port: number): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return {
    ...Object.fromEntries(inherited),
    FUNCTIONS_WORKER_RUNTIME: 'node',
    FUNCTIONS_EXTENSION_VERSION: '~4',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    AzureWebJobsScriptRoot: path.resolve(appDir),
    ...settings,
    // Without it the durable SDK rewrites its management URLs to port 7071.
    WEBSITE_HOSTNAME: `localhost:${port}`,
  };
}
