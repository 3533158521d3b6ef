import type { AnalyticFunction, AnalyticSettings, AnalyticState } from './analytic';
import { aggregateOver } from './aggregate-over';
import { changePoint } from './anomalydetection_changepoint';
import { spikeAndDip } from './anomalydetection_spikeanddip';
import { isfirst } from './isfirst';
import { lag } from './lag';

/** By name; their arguments after the first are constants. */
export const anomalyDetections: ReadonlyMap<string, AnalyticFunction> = new Map([spikeAndDip, changePoint].map((fn) => [fn.name, fn]));

const FUNCTIONS: Readonly<Record<string, (settings: AnalyticSettings) => AnalyticState>> = { lag, last: lag, isfirst, [spikeAndDip.name]: spikeAndDip.create, [changePoint.name]: changePoint.create };

/** Functions that are analytic only; aggregates with LIMIT DURATION are analytic too. */
export const analyticNames: readonly string[] = Object.keys(FUNCTIONS);

/** The state of an analytic call; every name that is not a function of its own is an aggregate. */
export function createAnalytic(settings: AnalyticSettings): AnalyticState {
  return (FUNCTIONS[settings.name] ?? aggregateOver)(settings);
}
