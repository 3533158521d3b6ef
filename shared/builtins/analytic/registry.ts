import type { AnalyticSettings, AnalyticState } from './analytic';
import { aggregateOver } from './aggregate-over';
import { isfirst } from './isfirst';
import { lag } from './lag';

const FUNCTIONS: Readonly<Record<string, (settings: AnalyticSettings) => AnalyticState>> = { lag, last: lag, isfirst };

/** Functions that are analytic only; aggregates with LIMIT DURATION are analytic too. */
export const analyticNames: readonly string[] = Object.keys(FUNCTIONS);

/** The state of an analytic call; every name that is not a function of its own is an aggregate. */
export function createAnalytic(settings: AnalyticSettings): AnalyticState {
  return (FUNCTIONS[settings.name] ?? aggregateOver)(settings);
}
