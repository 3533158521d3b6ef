import { createContext, Script, type Context } from 'node:vm';
import { QueryError } from '../errors';
import { fromUnixMs, toUnixMs } from '../values/ticks';
import { DateTime, isRecord, type SqlValue } from '../values/value';
import { int64 } from '../values/convert';

/** The longest that one call may take, in ms. */
const TIME_LIMIT = 1_000;

/**
 * JavaScript user-defined functions: each source defines `main`. They run in a context of their own without any of Node's objects and are stopped after
 * a second. (https://learn.microsoft.com/azure/stream-analytics/stream-analytics-javascript-user-defined-functions)
 */
export function createUdfs(sources: Readonly<Record<string, string>>): (name: string, args: SqlValue[]) => SqlValue {
  const functions = new Map(Object.entries(sources).map(([name, source]) => [name.toLowerCase(), prepare(name, source)]));
  return (name, args) => {
    const call = functions.get(name.toLowerCase());
    if (!call) throw new QueryError('unknown-udf', `There is no function udf.${name}. Put it into the job's udf folder as ${name}.js with a function main.`);
    return call(args);
  };
}

function prepare(name: string, source: string): (args: SqlValue[]) => SqlValue {
  const context: Context = createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
  const define = new Script(source, { filename: `udf/${name}.js` });
  // Official samples also name the function after the file instead of `main`.
  const named = [...source.matchAll(/function\s+([A-Za-z_$][\w$]*)/g)].map((m) => m[1] as string).find((n) => n.toLowerCase() === name.toLowerCase());
  const entry = named && !/function\s+main\b/.test(source) ? named : 'main';
  const invoke = new Script(`${entry}.apply(undefined, __args)`, { filename: `udf/${name}.js` });
  define.runInContext(context, { timeout: TIME_LIMIT });
  return (args) => {
    try {
      context.__args = args.map(toScript);
      return fromScript(invoke.runInContext(context, { timeout: TIME_LIMIT }) as unknown);
    } catch (error) {
      throw new QueryError('udf-failed', `Function '${name}' resulted in an error: '${String(error)}'`);
    }
  };
}

function toScript(value: SqlValue): unknown {
  if (value instanceof DateTime) return new Date(toUnixMs(value.ticks));
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toScript);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toScript(member)])) : value;
}

/** Objects come from another context, so they are told apart by their tag and not by instanceof. */
function fromScript(value: unknown): SqlValue {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'number':
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return int64(value) ?? null;
    case 'object':
      return value === null ? null : fromObject(value);
    default:
      throw new TypeError(`a ${typeof value} cannot be returned`);
  }
}

function fromObject(value: object): SqlValue {
  if (Array.isArray(value)) return value.map(fromScript);
  if (Object.prototype.toString.call(value) === '[object Date]') return new DateTime(fromUnixMs(Number(value)));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromScript(member)]));
}
