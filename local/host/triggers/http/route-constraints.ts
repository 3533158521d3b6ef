/** Whether a route parameter's text satisfies a constraint; the inline constraints of ASP.NET routing. */
type Check = (text: string, argument: string) => boolean;

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const CONSTRAINTS: Record<string, Check> = {
  int: (text) => INTEGER.test(text) && Math.abs(Number(text)) < 2 ** 31,
  long: (text) => INTEGER.test(text) && BigInt(text.replace('+', '')) < 2n ** 63n,
  bool: (text) => /^(true|false)$/i.test(text),
  guid: (text) => /^[{(]?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}[)}]?$/i.test(text),
  alpha: (text) => /^[a-z]*$/i.test(text),
  decimal: (text) => NUMBER.test(text),
  double: (text) => NUMBER.test(text),
  float: (text) => NUMBER.test(text),
  datetime: (text) => !Number.isNaN(Date.parse(text)),
  length: (text, argument) => inRange(text.length, argument.includes(',') ? argument : `${argument},${argument}`),
  minlength: (text, argument) => text.length >= Number(argument),
  maxlength: (text, argument) => text.length <= Number(argument),
  min: (text, argument) => INTEGER.test(text) && Number(text) >= Number(argument),
  max: (text, argument) => INTEGER.test(text) && Number(text) <= Number(argument),
  range: (text, argument) => INTEGER.test(text) && inRange(Number(text), argument),
  regex: (text, argument) => new RegExp(argument, 'i').test(text),
  required: (text) => text !== '',
};

function inRange(value: number, argument: string): boolean {
  const [from, to] = argument.split(',').map(Number);
  return value >= from! && value <= to!;
}

/** Parses `:int:range(1,9)`; throws an Error for a constraint that does not exist. */
export function parseConstraints(text: string, route: string): ((value: string) => boolean)[] {
  return [...text.matchAll(/:(\w+)(?:\(([^)]*)\))?/g)].map(([, name, argument]) => {
    const check = CONSTRAINTS[name!.toLowerCase()];
    if (check === undefined) throw new Error(`The route "${route}" uses the constraint "${name}", which does not exist. There are: ${Object.keys(CONSTRAINTS).join(', ')}.`);
    return (value) => check(value, argument ?? '');
  });
}
