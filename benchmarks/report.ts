import type { Answer, ContenderResult, GrowthAnswer, StateAnswer } from './answer';
import type { OperationsAnswer } from './answer-operations';

export type Reported = { kind: 'race'; answer: Answer } | { kind: 'state'; answer: StateAnswer } | { kind: 'growth'; answer: GrowthAnswer } | { kind: 'operations'; answer: OperationsAnswer };

/** One question's answer as a table for people. */
export function report(reported: Reported): string {
  switch (reported.kind) {
    case 'race':
      return raceText(reported.answer);
    case 'state':
      return stateText(reported.answer);
    case 'growth':
      return growthText(reported.answer);
    case 'operations':
      return operationsText(reported.answer);
  }
}

/** Whether every contender gave the same rows. */
export function isSound(reported: Reported): boolean {
  if (reported.kind === 'operations') return reported.answer.points.every(({ wrong }) => wrong === undefined);
  return reported.kind === 'growth' || reported.answer.contenders.every(({ wrong }) => wrong === undefined);
}

const whole = (n: number): string => Math.round(n).toLocaleString('en');
const millions = (n: number | undefined): string => (n === undefined ? '' : `${(n / 1e6).toFixed(3)} M/s`);
const times = (n: number | undefined): string => (n === undefined ? '' : `${n.toFixed(2)} ×`);
const ms = (n: number | undefined): string => (n === undefined ? '' : `${n.toFixed(1)} ms`);

function raceText({ name, asks, contenders, ...data }: Answer): string {
  const verdict = data.target === undefined ? '' : `\n  ${data.met ? 'reached' : 'MISSED'}: weir is to handle ${whole(data.target)} events a second and core`;
  const head = `${name}: ${asks}\n  ${whole(data.events)} events of ${whole(data.bytesPerEvent)} bytes, ${whole(data.rows)} rows; time as a multiple of weir's`;
  const rows = contenders.map((c) => [c.name, millions(c.eventsPerCpuSecond), times(c.cpuRatio), millions(c.eventsPerWallSecond), times(c.wallRatio), remark(c)]);
  return `${head}\n${table([['', 'per CPU second', 'CPU', 'per second', 'wall', ''], ...rows])}${verdict}`;
}

const remark = ({ wrong }: ContenderResult): string => (wrong === undefined ? '' : `not timed, other rows: ${wrong}`);

function stateText({ name, asks, keys, targetMs, met, contenders }: StateAnswer): string {
  const verdict = met === undefined ? '' : `\n  ${met ? 'reached' : 'MISSED'}: weir is to take at most ${targetMs} ms`;
  const rows = contenders.map((c) => [c.name, ms(c.cost?.cpuMs), times(c.cpuRatio), ms(c.cost?.wallMs), times(c.wallRatio), `${whole(c.bytes)} bytes`, remark(c)]);
  return `${name}: ${asks}\n  ${whole(keys)} keys\n${table([['', 'CPU', '', 'wall', '', 'written', ''], ...rows])}${verdict}`;
}

const BAR = 40;

function growthText({ name, asks, axis, limit, points }: GrowthAnswer): string {
  const most = Math.max(...points.map((p) => p.cpuNsPerEvent));
  const rows = points.map((p) => [whole(p.at), whole(p.cpuNsPerEvent), times(p.ratio), whole(p.rows), '█'.repeat(Math.max(1, Math.round((p.cpuNsPerEvent / most) * BAR)))]);
  const spread = most / Math.min(...points.map((p) => p.cpuNsPerEvent));
  const verdict = limit === undefined ? '' : `\n  ${spread <= limit ? 'reached' : 'MISSED'}: the dearest is to cost at most ${limit} × the cheapest, and costs ${spread.toFixed(2)} ×`;
  return `${name}: ${asks}\n${table([[axis, 'CPU ns/event', '', 'rows', ''], ...rows])}${verdict}`;
}

function operationsText({ name, asks, axis, points }: OperationsAnswer): string {
  const most = Math.max(...points.map(({ logged }) => logged.bytes));
  const rows = points.map(({ at, logged, whole: all, wrong }) => [
    ...[whole(at), whole(logged.bytes), ms(logged.cpuMs), ms(logged.dearestMs), ms(logged.coldMs), whole(all.bytes), ms(all.cpuMs), ms(all.coldMs)],
    remark({ name, wrong }) || '█'.repeat(Math.max(1, Math.round((logged.bytes / most) * BAR))),
  ]);
  return `${name}: ${asks}\n  with a log; then written whole\n${table([[axis, 'bytes', 'CPU', 'dearest', 'cold', 'bytes', 'CPU', 'cold', 'bytes with a log'], ...rows])}`;
}

/** The first and the last column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const last = (rows[0]?.length ?? 0) - 1;
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : i === last ? cell : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd()).join('\n');
}
