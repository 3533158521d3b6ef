import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WeirError } from '../errors';
import type { Settings } from '../settings';
import { isProject } from './stream-analytics/project';

/** The folder of the Functions app: the nearest one above this file that has a host.json, whether this runs compiled or not. */
export function appRoot(): string {
  for (let folder = __dirname; dirname(folder) !== folder; folder = dirname(folder)) if (existsSync(join(folder, 'host.json'))) return folder;
  throw new WeirError('no-host-json', `there is no host.json above ${__dirname}: the app must be deployed with it`, 'stop');
}

/** The job folder that WEIR_JOB names, relative to the app; without it the only one in jobs/. */
export function jobFolder(root: string, settings: Settings): string {
  const named = settings.text('WEIR_JOB');
  if (named !== undefined) return resolve(root, named);
  const jobs = join(root, 'jobs');
  const found = existsSync(jobs) ? readdirSync(jobs).filter((name) => existsSync(join(jobs, name, 'job.json')) || isProject(join(jobs, name))) : [];
  if (found.length === 1) return join(jobs, found[0] as string);
  throw new WeirError('missing-setting', `the setting WEIR_JOB is missing, and there are ${found.length} jobs in ${jobs}; example: WEIR_JOB=jobs/${found[0] ?? 'earthquakes'}`, 'stop');
}
