import type { BuiltIn } from './functions';

/** Only if all are numbers and the result is one. */
const onNumbers = (compute: (...numbers: number[]) => number): BuiltIn => (...args) => {
  if (!args.every((a) => typeof a === 'number')) return undefined;
  const result = compute(...(args as number[]));
  return Number.isFinite(result) ? result : undefined;
};

const SAME_AS_MATH = ['abs', 'acos', 'asin', 'atan', 'cos', 'exp', 'floor', 'log10', 'sign', 'sin', 'sqrt', 'tan', 'trunc'] as const;

export const mathFunctions: Record<string, BuiltIn> = {
  ...Object.fromEntries(SAME_AS_MATH.map((name) => [name, onNumbers(Math[name])])),
  atn2: onNumbers(Math.atan2),
  ceiling: onNumbers(Math.ceil),
  cot: onNumbers((x) => 1 / Math.tan(x)),
  degrees: onNumbers((x) => (x * 180) / Math.PI),
  radians: onNumbers((x) => (x * Math.PI) / 180),
  log: onNumbers((x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base))),
  pi: () => Math.PI,
  power: onNumbers((x, y = 1) => x ** y),
  rand: () => Math.random(),
  round: onNumbers((x, digits = 0) => Math.sign(x) * (Math.round(Math.abs(x) * 10 ** digits) / 10 ** digits)),
  square: onNumbers((x) => x * x),
  numberbin: onNumbers((x, size = 1) => Math.floor(x / size) * size),
  intadd: onNumbers((a, b = 0) => a + b),
  intsub: onNumbers((a, b = 0) => a - b),
  intmul: onNumbers((a, b = 1) => a * b),
  intdiv: onNumbers((a, b = 1) => Math.trunc(a / b)),
  intmod: onNumbers((a, b = 1) => a % b),
};
