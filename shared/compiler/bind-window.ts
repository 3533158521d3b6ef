/** Windows of GROUP BY: `TumblingWindow(second, 10)`, `Tumbling(Duration(second, 10), Offset(…))`, `Windows(…)`. */
import type { Expr, WindowSpec } from '../program';
import type { Ticks } from '../values/value';
import type { Call, Node } from './ast';
import { isSystemTimestamp } from './context';
import { argumentsText } from './bind-aggregate';
import { isWindowName } from './bind-call';
import { atMostAWeek, constantNumber, unitOf } from './constants';
import type { Diagnostics } from './diagnostics';

type BindKey = (node: Node) => Expr;

export function isWindow(node: Node): node is Call {
  return node.kind === 'call' && node.name.length === 1 && isWindowName((node.name[0]?.text ?? '').toLowerCase());
}

const kindOf = (call: Call): string => (call.name[0]?.text ?? '').toLowerCase().replace(/window$/, '');

/** One window, or all of a `Windows(…)`. `bindKey` binds the partition key of a session. */
export function bindWindows(node: Call, diagnostics: Diagnostics, bindKey: BindKey): WindowSpec[] {
  if (kindOf(node) !== 'windows') return [bindWindow(node, diagnostics, bindKey)];
  const specs = node.args.map((arg) => bindMember(arg, diagnostics, bindKey));
  const ids = specs.map((spec) => spec.id?.toLowerCase());
  const named = ids.filter((id) => id !== undefined);
  if (named.length > 0 && (named.length < ids.length || new Set(named).size < named.length)) {
    diagnostics.add('bad-window', node.span, { why: 'either all windows of Windows() have an id or none, and each its own', example: "Windows(Window('short', TumblingWindow(minute, 1)), Window('long', TumblingWindow(hour, 1)))" });
  }
  return specs;
}

function bindMember(node: Node, diagnostics: Diagnostics, bindKey: BindKey): WindowSpec {
  if (isSystemTimestamp(node)) return { kind: 'snapshot' };
  if (node.kind === 'call' && node.name[0]?.text.toLowerCase() === 'window' && node.args[0]?.kind === 'string' && node.args[1]) {
    return { ...bindMember(node.args[1], diagnostics, bindKey), id: node.args[0].value };
  }
  if (isWindow(node) && kindOf(node) !== 'windows') return bindWindow(node, diagnostics, bindKey);
  if (node.kind === 'call' && node.name[0]?.text.toLowerCase() === 'window') diagnostics.add('bad-window', node.span, { why: 'Window() takes an id in quotes and a window', example: "Window('short', TumblingWindow(minute, 1))" });
  else diagnostics.add('bad-window', node.span, { why: 'Windows() takes windows', example: 'Windows(TumblingWindow(minute, 1), TumblingWindow(hour, 1))' });
  return { kind: 'snapshot' };
}

/** How each window is written, and how many arguments that is at least and at most: in the short way, then in the long one. */
const FORMS: Readonly<Record<string, { short: [number, number]; long: [number, number]; example: string }>> = {
  tumbling: { short: [2, 3], long: [1, 2], example: 'TumblingWindow(second, 10)' },
  hopping: { short: [3, 4], long: [2, 3], example: 'HoppingWindow(second, 60, 5) for one minute every five seconds' },
  sliding: { short: [2, 2], long: [1, 1], example: 'SlidingWindow(second, 10)' },
  session: { short: [3, 3], long: [2, 2], example: 'SessionWindow(second, 30, 600) for a timeout of 30 s and a length of 10 minutes' },
};

function hasForm(node: Call, diagnostics: Diagnostics): boolean {
  const form = FORMS[kindOf(node)];
  if (!form) return true;
  const [least, most] = node.args[0]?.kind === 'call' ? form.long : form.short;
  const found = node.args.length;
  if (found >= least && found <= most) return true;
  diagnostics.add('bad-window', node.span, { why: `${node.name[0]?.text ?? ''} takes ${argumentsText(least, most)}, found ${found}`, example: form.example });
  return false;
}

function bindWindow(node: Call, diagnostics: Diagnostics, bindKey: BindKey): WindowSpec {
  const kind = kindOf(node);
  if (!hasForm(node, diagnostics)) return { kind: 'snapshot' };
  const part = (name: string): Ticks | undefined => namedPart(node, name, diagnostics);
  const plain = node.args.length > 0 && node.args[0]?.kind !== 'call';
  const unit = plain ? unitOf(node.args[0], node.span, diagnostics) : 0;
  const amount = (i: number): Ticks => (plain ? unit * constantNumber(node.args[i], 'the size of a window', node.span, diagnostics) : 0);
  const optional = (i: number, name: string): Ticks => (plain ? (node.args[i] ? amount(i) : 0) : (part(name) ?? 0));
  switch (kind) {
    case 'tumbling':
      return { kind, size: size(part('duration') ?? amount(1), node, diagnostics), offset: optional(2, 'offset') };
    case 'hopping':
      return hopping(size(part('duration') ?? amount(1), node, diagnostics), part('hop') ?? amount(2), optional(3, 'offset'), { node, diagnostics });
    case 'sliding':
      return { kind, size: size(part('duration') ?? amount(1), node, diagnostics) };
    case 'session': {
      const timeout = size(part('timeout') ?? amount(1), node, diagnostics);
      const longest = size(part('maxduration') ?? amount(2), node, diagnostics);
      return { kind, timeout, maxDuration: longest, partitionBy: (node.over?.partitionBy ?? []).map(bindKey) };
    }
    default:
      return { kind: 'snapshot' };
  }
}

function hopping(size: Ticks, hop: Ticks, offset: Ticks, at: { node: Call; diagnostics: Diagnostics }): WindowSpec {
  if (hop <= 0 || hop > size) at.diagnostics.add('bad-window', at.node.span, { why: 'the hop must be above zero and not longer than the window', example: 'HoppingWindow(second, 60, 5) for one minute every five seconds' });
  return { kind: 'hopping', size, hop: hop > 0 ? hop : size, offset };
}

function size(ticks: Ticks, node: Call, diagnostics: Diagnostics): Ticks {
  if (!(ticks > 0)) diagnostics.add('bad-window', node.span, { why: 'the size of a window must be above zero', example: 'TumblingWindow(second, 10)' });
  return atMostAWeek(Math.max(1, Math.round(ticks)), 'the window', node.span, diagnostics);
}

/** `Duration(unit, n)` and its like among the arguments. */
function namedPart(node: Call, name: string, diagnostics: Diagnostics): Ticks | undefined {
  const found = node.args.find((arg): arg is Call => arg.kind === 'call' && arg.name[0]?.text.toLowerCase() === name);
  return found && unitOf(found.args[0], found.span, diagnostics) * constantNumber(found.args[1], name, found.span, diagnostics);
}
