/** Bound expressions as JavaScript text. Values come from registers `r[i]`, names and literals are escaped; no event ever reaches the text. */
import type { Expr } from '../program';

/** Declares the temporaries that an expression needs: each operand is evaluated once. */
export class Temporaries {
  private count = 0;

  next(): string {
    return `x${this.count++}`;
  }

  get declaration(): string {
    return this.count === 0 ? '' : `let ${Array.from({ length: this.count }, (_, i) => `x${i}`).join(', ')}; `;
  }
}

const quote = (text: string): string => JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));

/** The value of an expression. */
export function valueText(expr: Expr, temps: Temporaries): string {
  const value = (e: Expr): string => valueText(e, temps);
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'string' ? quote(expr.value) : Object.is(expr.value, -0) ? '0' : String(expr.value);
    case 'bigliteral':
      return `${BigInt(expr.digits)}n`;
    case 'register':
      return `r[${expr.index}]`;
    case 'timestamp':
      return 'new DateTime(t)';
    case 'field':
      return `field(${value(expr.base)}, ${quote(expr.name)})`;
    case 'call':
      return callText(expr, temps);
    case 'udf':
      return `udf(${quote(expr.name)}, [${expr.args.map(value).join(', ')}])`;
    case 'and':
    case 'or': {
      const x = temps.next();
      const decided = expr.kind === 'and' ? 'false' : 'true';
      return `((${x} = ${truthText(expr.left, temps)}) === ${decided} ? ${decided} : ${expr.kind}3(${x}, ${truthText(expr.right, temps)}))`;
    }
    case 'not':
      return `not3(${truthText(expr.operand, temps)})`;
    case 'case':
      return `(${expr.branches.map((b) => `${testText(b.when, temps)} ? ${value(b.then)} : `).join('')}${value(expr.otherwise)})`;
    case 'record':
      return recordText(expr, temps);
  }
}

function recordText(expr: Expr & { kind: 'record' }, temps: Temporaries): string {
  const names = expr.parts.map((part) => (part.kind === 'member' ? part.name.toLowerCase() : ''));
  if (expr.parts.every((part) => part.kind === 'member') && new Set(names).size === names.length) {
    return `{ ${expr.parts.map((part) => `${memberText(part.kind === 'member' ? part.name : '')}: ${valueText(part.value, temps)}`).join(', ')} }`;
  }
  return `merge([${expr.parts.map((part) => `[${part.kind === 'member' ? quote(part.name) : 'null'}, ${valueText(part.value, temps)}]`).join(', ')}])`;
}

/** A literal whose names are known is made as a whole. Only in brackets is this one name a member like others. */
const memberText = (name: string): string => (name === '__proto__' ? `[${quote(name)}]` : quote(name));

const COMPARISONS: Record<string, string> = { equal: '===', notequal: '!==', less: '<', lessorequal: '<=', greater: '>', greaterorequal: '>=' };

/** Comparing two numbers needs no call. */
function callText(expr: Expr & { kind: 'call' }, temps: Temporaries): string {
  const args = expr.args.map((arg) => valueText(arg, temps));
  const symbol = Object.hasOwn(COMPARISONS, expr.name) ? COMPARISONS[expr.name] : undefined;
  if (!symbol) return `f.${expr.name}(${args.join(', ')})`;
  const [x, y] = [temps.next(), temps.next()];
  return `(${x} = ${args[0]}, ${y} = ${args[1]}, typeof ${x} === 'number' && typeof ${y} === 'number' ? ${x} ${symbol} ${y} : f.${expr.name}(${x}, ${y}))`;
}

/** true, false or null. */
function truthText(expr: Expr, temps: Temporaries): string {
  const value = valueText(expr, temps);
  return expr.type === 'bit' && expr.kind !== 'register' ? value : `truth(${value})`;
}

/** Whether a condition holds: only true does, so unknown need not be told from false below AND and OR. */
export function testText(expr: Expr, temps: Temporaries): string {
  if (expr.kind === 'and') return `(${testText(expr.left, temps)} && ${testText(expr.right, temps)})`;
  if (expr.kind === 'or') return `(${testText(expr.left, temps)} || ${testText(expr.right, temps)})`;
  return `${truthText(expr, temps)} === true`;
}
