import { readFileSync, statSync } from 'node:fs';
import { compile } from '../../shared/compiler/compile';
import type { JobDefinition } from '../../shared/job/definition';
import { fingerprints } from '../../shared/job/fingerprint';
import { loadJob, type Job } from '../../shared/job/load';
import { comparePlans, type FingerprintedPlan, type PlanChange } from '../../shared/job/plan-change';
import type { Plan } from '../../shared/program';
import { parseDuration } from '../../shared/values/durations';
import { TICKS_PER_DAY, TICKS_PER_SECOND } from '../../shared/values/ticks';
import type { Ticks } from '../../shared/values/value';
import type { Call } from './command';

/** What `--against` compares with: the plan, and the job folder where there is one. */
interface Old extends FingerprintedPlan {
  definition?: JobDefinition;
}

/** Prints what becomes of each operator's state when the job follows the query, job folder or saved plan that `--against` names. Gives the exit code. */
export function explainAgainst(call: Call): number {
  const { values, print } = call;
  if (typeof values.job !== 'string') throw new Error('--against needs the new job: name its folder with --job DIR');
  const job = loadJob(values.job);
  const old = readOld(values.against as string, job);
  const retention = typeof values.retention === 'string' ? values.retention : '1d';
  const ticks = parseDuration(retention);
  if (ticks === undefined) throw new Error(`--retention takes a duration such as 7d or 36h, found '${retention}'`);
  const change = comparePlans(old, { plan: job.program.plan, fingerprints: job.fingerprints }, ticks);
  const steps = stepsFor(change, job.definition, old.definition);
  if (values.json) print(JSON.stringify({ ...change, replay: durationText(change.replay), steps }, null, 2));
  else print(changeText(change, job.program.plan, { steps, retention }));
  return change.verdict === 'incompatible' ? 1 : 0;
}

/** A query or a plan alone is taken to have been read with the settings of the new job. */
function readOld(path: string, job: Job): Old {
  if (statSync(path).isDirectory()) {
    const { program, fingerprints: found, definition } = loadJob(path);
    return { plan: program.plan, fingerprints: found, definition };
  }
  const text = readFileSync(path, 'utf8');
  const plan = text.trimStart().startsWith('{') ? planIn(text, path) : planOfQuery(text, path, job);
  return { plan, fingerprints: fingerprints(plan, job.meaning) };
}

function planIn(text: string, path: string): Plan {
  const content = JSON.parse(text) as Partial<Plan> & { plan?: Plan };
  const plan = content.plan ?? content;
  if (plan.version !== 1 || !Array.isArray(plan.operators) || !Array.isArray(plan.stages)) throw new Error(`${path} is no plan: save one with weir explain --job DIR --json`);
  return plan as Plan;
}

function planOfQuery(query: string, name: string, { compilation }: Job): Plan {
  return compile(query, { ...compilation, outputs: undefined, name }).plan;
}

/** What the operator has to do, in order. */
function stepsFor({ verdict, replay }: PlanChange, next: JobDefinition, old: JobDefinition | undefined): string[] {
  if (verdict === 'keep') return ['deploy it with the same "version": the states go on'];
  const before = old?.version ?? next.version;
  const isRaised = next.version > before;
  const shared = Object.entries(next.inputs).filter(([name, input]) => groupOf(input) !== undefined && groupOf(old?.inputs[name]) === groupOf(input)).map(([name]) => name);
  return [
    ...(isRaised ? [] : [`set "version": ${before + 1} in job.json: the new states start beside the old`]),
    ...(next.from === undefined ? ['set "from" in job.json to a time T: the new version writes the rows from T on. Give the running version "until": T, or take a T that its watermark has passed'] : []),
    ...(old && shared.length === 0 ? [] : [`give ${shared.length > 0 ? shared.join(', ') : 'each input'} a new consumer group ("consumerGroup"), which begins where the hub does: the events of ${durationText(replay)} before T, and what may come late, must still be there`]),
    'deploy it; delete the old version once its watermark has passed T. See docs/upgrades.md',
  ];
}

/** Blobs have none: each version has a ledger of its own and reads them all. */
function groupOf(input: JobDefinition['inputs'][string] | undefined): string | undefined {
  return input && 'consumerGroup' in input ? input.consumerGroup : undefined;
}

const UNITS: [Ticks, string][] = [[TICKS_PER_DAY, 'd'], [3_600 * TICKS_PER_SECOND, 'h'], [60 * TICKS_PER_SECOND, 'm'], [TICKS_PER_SECOND, 's']];

/** As settings write it: in the largest unit that divides it. */
function durationText(ticks: Ticks): string {
  const [size, unit] = UNITS.find(([length]) => ticks > 0 && ticks % length === 0) ?? [TICKS_PER_SECOND, 's'];
  return `${ticks / size}${unit}`;
}

const WORDS = { keep: 'keep', rebuild: 'rebuild by replay', incompatible: 'incompatible' } as const;

function changeText({ verdict, operators, abandoned, replay }: PlanChange, plan: Plan, { steps, retention }: { steps: string[]; retention: string }): string {
  const lines = operators.map(({ id, stage, verdict: own, why }) => `  ${String(id).padStart(3)} ${(plan.operators[id]?.kind ?? '').padEnd(10)} ${stage.padEnd(24)} ${WORDS[own].padEnd(18)} ${why}`);
  const gone = abandoned.map(({ id, stage }) => `  ${String(id).padStart(3)} ${''.padEnd(10)} ${stage.padEnd(24)} ${'abandoned'.padEnd(18)} is not in the new plan`);
  const heading = { keep: 'keep: every state goes on', rebuild: `rebuild by replay: the new version needs the events of ${durationText(replay)} before its first row`, incompatible: `incompatible: the new version needs the events of ${durationText(replay)} before its first row, and the hub keeps ${retention} (--retention)` }[verdict];
  return [heading, '', ...lines, ...gone, '', ...steps.map((step, i) => `${i + 1}. ${step}`)].join('\n');
}
