import type { JobDefinition, OnRefused, OutputDefinition } from '../definition';
import type { ProjectFile } from './project-file';

const LEVELS = { '1.0': '1.0', '1.1': '1.1', '1.2': '1.2' } as const;
const POLICIES = { Adjust: 'adjust', Drop: 'drop' } as const;
/** 20 days less a second: https://learn.microsoft.com/azure/stream-analytics/jobconfig-json */
const MAX_LATE = 1_814_399;
const MAX_OUT_OF_ORDER = 599;

/** What JobConfig.json says of the job. Streaming units, storage of the service itself, identities and tags have no counterpart and are passed over. */
export function readJobConfig(file: ProjectFile): Pick<JobDefinition, 'compatibilityLevel' | 'time'> {
  const late = file.integer('EventsLateArrivalMaxDelayInSeconds', { min: -1, max: MAX_LATE, fallback: -1 });
  return {
    compatibilityLevel: file.choice('CompatibilityLevel', LEVELS, '1.2'),
    time: {
      early: '5m',
      late: late === -1 ? 'unlimited' : `${late}s`,
      outOfOrder: `${file.integer('EventsOutOfOrderMaxDelayInSeconds', { min: 0, max: MAX_OUT_OF_ORDER, fallback: 0 })}s`,
      action: file.choice('EventsOutOfOrderPolicy', POLICIES, 'adjust'),
    },
  };
}

const REFUSALS: Record<'Retry' | 'Drop' | 'Stop', OnRefused> = { Retry: 'retry', Drop: 'dead-letter', Stop: 'stop' };

/** Completes an output with what JobConfig.json says of all: the policy for rows that it can never take, and the form of numbers in CSV. */
export function outputSettings(file: ProjectFile): (output: OutputDefinition) => OutputDefinition {
  // What Stream Analytics drops is set aside.
  const onError = file.choice<OnRefused>('OutputErrorPolicy', REFUSALS, 'retry');
  const locale = file.text('DataLocale') ?? 'en-US';
  file.attempt('DataLocale', () => new Intl.NumberFormat(locale));
  return (output) => {
    if (output.type === 'file') return output;
    return output.type === 'blob' && output.format === 'csv' ? { ...output, onError, locale } : { ...output, onError };
  };
}
