import { WeirError } from '../errors';
import type { JobDefinition, ServiceOutput, StreamInput } from './definition';

/** A job whose every part is on a service, as the app needs it. */
export interface DeployableJob extends JobDefinition {
  inputs: Record<string, StreamInput>;
  outputs: Record<string, ServiceOutput>;
}

/** Throws WeirError `not-deployable` that names every part that only files can stand for. */
export function requireDeployable(definition: JobDefinition): DeployableJob {
  const local = (section: 'inputs' | 'outputs'): string[] =>
    Object.entries(definition[section]).flatMap(([name, part]) => (part.type === 'file' ? [`${placeOf(section, name, part)}: ${part.refused ?? 'the type "file" is for runs over files only'}`] : []));
  const references = Object.entries(definition.referenceData).flatMap(([name, part]) => (part.type === 'file' && part.refused !== undefined ? [`${placeOf('referenceData', name, part)}: ${part.refused}`] : []));
  const reasons = [...local('inputs'), ...references, ...local('outputs')];
  if (reasons.length === 0) return definition as DeployableJob;
  throw new WeirError('not-deployable', `the job ${definition.name} can be run over files (weir run, weir test), but not as an app:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`, 'stop');
}

/** Where a part of the job is declared, for messages. */
export function placeOf(section: string, name: string, { declaredIn }: { declaredIn?: string }): string {
  return declaredIn ?? `job.json, ${section}.${name}`;
}
