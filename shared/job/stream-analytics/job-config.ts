import type { JobDefinition, OnRefused } from '../definition';
import type { ProjectFile } from './project-file';

const LEVELS = { '1.0': '1.0', '1.1': '1.1', '1.2': '1.2' } as const;
const POLICIES = { Adjust: 'adjust', Drop: 'drop' } as const;
/** 20 days less a second: https://learn.microsoft.com/azure/stream-analytics/jobconfig-json */
const MAX_LATE = 1_814_399;
const MAX_OUT_OF_ORDER = 599;

/** What JobConfig.json says of the job. Locale, streaming units, storage of the service itself, identities and tags have no counterpart and are passed over. */
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

/** What becomes of rows that an output can never take, the same for all outputs of a project. What Stream Analytics drops is set aside. */
export function outputPolicy(file: ProjectFile): OnRefused {
  return file.choice<OnRefused>('OutputErrorPolicy', REFUSALS, 'retry');
}
