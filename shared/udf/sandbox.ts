import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import { QueryError } from '../errors';
import { newInterpreter, type Interpreter } from './quickjs';
import { PRELUDE } from './prelude';

export interface Limits {
  /**
   * The longest that one call may take, in steps of the interpreter's machine code. Counted and not timed, so that an event that is refused is refused again when it is
   * delivered again, on whatever machine.
   */
  steps: number;
  /** The most memory that one function and its interpreter may hold, in bytes: 16 MiB at least. */
  memory: number;
  /** The deepest that its calls may go, in bytes. */
  stack: number;
}

/** 250 million steps take about a second, or five million turns of a small loop. */
export const LIMITS: Limits = { steps: 250_000_000, memory: 64 << 20, stack: 256 << 10 };

const ENTRIES = ['call', 'accumulate', 'deaccumulate', 'computeResult', 'check'] as const;
export type Entry = (typeof ENTRIES)[number];

interface Live {
  interpreter: Interpreter;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  entries: Record<Entry, QuickJSHandle>;
}

/**
 * One user-defined function in an interpreter of its own, which has a memory of its own and nothing of this process: only texts go in and out. It is made when it is
 * called first and kept; after a call that ran out of steps, memory or stack it is thrown away and made anew for the next one.
 */
export class Sandbox {
  private live: Live | undefined;

  constructor(
    readonly name: string,
    private readonly source: string,
    private readonly limits: Limits,
  ) {}

  /** Runs the source's top level, unless that has been done. Throws QueryError `udf-failed`. */
  load(): void {
    this.live ??= this.start();
  }

  /** Runs one of the prelude's functions. Throws QueryError `udf-failed`. */
  run(entry: Entry, text: string): string {
    const live = (this.live ??= this.start());
    const { context, entries } = live;
    const result = this.bounded(live, () => {
      const argument = context.newString(text);
      const result = context.callFunction(entries[entry], context.undefined, argument);
      argument.dispose();
      if (result.error) throw new Error('it ran out of memory or stack');
      const given = context.getString(result.value);
      result.value.dispose();
      return given;
    });
    if (!result.startsWith('E')) return result;
    if (result.startsWith('EInternalError')) this.live = undefined;
    throw this.failure(result.slice(1));
  }

  /** Work in the interpreter. An interpreter that was stopped in the middle of something is not used again. */
  private bounded<T>({ interpreter }: Pick<Live, 'interpreter'>, work: () => T): T {
    interpreter.steps.value = this.limits.steps;
    try {
      return work();
    } catch (error) {
      this.live = undefined;
      if (error instanceof QueryError) throw error;
      if (interpreter.steps.value < 0) throw this.failure(`it took more than ${this.limits.steps / 1e6} million steps`);
      throw this.failure(error instanceof RangeError ? 'it ran out of stack' : (error as Error).message);
    }
  }

  private failure(why: string): QueryError {
    return new QueryError('udf-failed', `Function '${this.name}' resulted in an error: '${why}'`);
  }

  private start(): Live {
    const interpreter = newInterpreter(this.limits.memory);
    return this.bounded({ interpreter }, () => {
      const runtime = interpreter.module.newRuntime();
      runtime.setMaxStackSize(this.limits.stack);
      const context = runtime.newContext();
      const evaluate = (code: string, file: string): QuickJSHandle => {
        const result = context.evalCode(code, file);
        if (result.error) throw this.failure(errorText(context.dump(result.error), file));
        return result.value;
      };
      const prepare = evaluate(PRELUDE, 'prelude.js');
      evaluate(`var exports = {};`, 'prelude.js').dispose();
      const file = `udf/${this.name}`;
      evaluate(this.source, file).dispose();
      const main = evaluate(entryPoint(this.name, this.source), file);
      if (context.typeof(main) !== 'function') throw this.failure(`${file} has no function main`);
      const functions = context.unwrapResult(context.callFunction(prepare, context.undefined, main));
      const entries = Object.fromEntries(ENTRIES.map((entry) => [entry, context.getProp(functions, entry)])) as Live['entries'];
      return { interpreter, runtime, context, entries };
    });
  }
}

/** Official samples also name the function after the file instead of `main`. TypeScript may export it, by name or as the default. */
function entryPoint(name: string, source: string): string {
  const named = [...source.matchAll(/function\s+([A-Za-z_$][\w$]*)/g)].map((m) => m[1] as string).find((n) => n.toLowerCase() === name.toLowerCase());
  const candidates = ['main', ...(named ? [named] : []), 'exports.main', 'exports.default'];
  return `${candidates.map((c) => `typeof ${c} === 'function' ? ${c} : `).join('')}undefined`;
}

function errorText(error: unknown, file: string): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message, stack } = error as { name?: unknown; message?: unknown; stack?: unknown };
  const line = /:(\d+)(?::\d+)?\)?\s*$/m.exec(String(stack ?? ''))?.[1];
  return `${String(name)}: ${String(message)} (${file}${line ? `:${line}` : ''})`;
}
