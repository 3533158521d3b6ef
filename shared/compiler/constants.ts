import { MAX_DURATION, unitTicks } from '../values/durations';
import type { Ticks } from '../values/value';
import type { Duration, Node, Span } from './ast';
import type { Diagnostics } from './diagnostics';

/** A number written in the query, with its sign; reported when it is anything else. */
export function constantNumber(node: Node | undefined, what: string, at: Span, diagnostics: Diagnostics): number {
  if (node?.kind === 'number') return Number(node.text);
  if (node?.kind === 'unary' && node.operator === '-') return -constantNumber(node.operand, what, at, diagnostics);
  diagnostics.add('constant-required', node?.span ?? at, { what });
  return 1;
}

/** A unit of time written as a bare word. */
export function unitOf(node: Node | undefined, at: Span, diagnostics: Diagnostics): Ticks {
  const name = node?.kind === 'path' && node.parts.length === 1 ? (node.parts[0]?.text ?? '') : '';
  const ticks = unitTicks(name);
  if (ticks === undefined) diagnostics.add('unknown-unit', node?.span ?? at, { name: name || 'this' });
  return ticks ?? unitTicks('second')!;
}

/** LIMIT DURATION(unit, n). */
export function durationOf(duration: Duration, diagnostics: Diagnostics): Ticks {
  const unit = unitTicks(duration.unit);
  if (unit === undefined) diagnostics.add('unknown-unit', duration.span, { name: duration.unit });
  if (!(duration.amount > 0)) diagnostics.add('argument-value', duration.span, { what: 'the duration', allowed: 'above zero' });
  return atMostAWeek((unit ?? 0) * duration.amount, 'the duration', duration.span, diagnostics);
}

export function atMostAWeek(ticks: Ticks, what: string, span: Span, diagnostics: Diagnostics): Ticks {
  if (ticks > MAX_DURATION) diagnostics.add('too-long', span, { what });
  return ticks;
}
