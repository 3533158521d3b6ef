import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createContext, Script } from 'node:vm';
import type * as Ffi from '@jitl/quickjs-wasmfile-release-sync/ffi';
import type * as Core from 'quickjs-emscripten-core';
import { metered, STEPS_LEFT } from './metered-wasm';

/** One interpreter with a memory of its own. */
export interface Interpreter {
  module: Core.QuickJSWASMModule;
  /** How many steps the running call may still take; see metered-wasm.ts. */
  steps: { value: number };
}

type EmscriptenModule = ConstructorParameters<typeof Ffi.QuickJSFFI>[0];

interface Glue {
  QuickJSFFI: typeof Ffi.QuickJSFFI;
  QuickJSWASMModule: typeof Core.QuickJSWASMModule;
  file: string;
  script: Script;
  module: WebAssembly.Module;
}

/** What the module asks for at the start, and the unit of memory, in bytes. */
const LEAST_MEMORY = 16 << 20;
const PAGE = 64 << 10;

let glue: Glue | undefined;

/** The interpreter is QuickJS, compiled to WebAssembly: it has no way to this process but what is put into it. Read, metered and compiled on first use: most jobs have no functions. */
function loadGlue(): Glue {
  const load = createRequire(__filename);
  const { QuickJSFFI } = load('@jitl/quickjs-wasmfile-release-sync/ffi') as typeof Ffi;
  const { QuickJSWASMModule } = load('quickjs-emscripten-core') as typeof Core;
  const file = load.resolve('@jitl/quickjs-wasmfile-release-sync/emscripten-module');
  const text = readFileSync(file, 'utf8');
  const wasm = metered(readFileSync(load.resolve('@jitl/quickjs-wasmfile-release-sync/wasm')));
  return { QuickJSFFI, QuickJSWASMModule, file, script: new Script(`${text}\n${START}`, { filename: file }), module: new WebAssembly.Module(wasm) };
}

/** Dates in the interpreter have the time zone of the process, which it asks this realm for: everywhere UTC, so that a function gives the same on every machine. */
const START = `
Date.prototype.getTimezoneOffset = () => 0;
for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds']) Date.prototype['get' + part] = Date.prototype['getUTC' + part];
module.exports(options).then((made) => { options.made = made; }, (error) => { options.error = error; });
`;

/**
 * A new interpreter with a memory of `memory` bytes at most, at once. The library's loader is an async function; in a realm with its own queue of microtasks it runs to its end before the script does.
 * (https://nodejs.org/api/vm.html#timeout-interactions-with-asynchronous-tasks-and-promises)
 */
export function newInterpreter(memory: number): Interpreter {
  glue ??= loadGlue();
  const { QuickJSFFI, QuickJSWASMModule, file, script, module } = glue;
  let steps: { value: number } | undefined;
  const options: { made?: EmscriptenModule; error?: unknown; wasmMemory: WebAssembly.Memory; instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => void } = {
    wasmMemory: new WebAssembly.Memory({ initial: LEAST_MEMORY / PAGE, maximum: Math.max(LEAST_MEMORY, memory) / PAGE }),
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports);
      steps = instance.exports[STEPS_LEFT] as WebAssembly.Global;
      done(instance);
    },
  };
  const silent = { log: () => undefined, error: () => undefined, warn: () => undefined };
  const realm = { options, module: { exports: {} }, exports: {}, require, process: { argv: [] }, console: silent, TextDecoder, URL, performance, __dirname: dirname(file), __filename: file };
  script.runInContext(createContext(realm, { microtaskMode: 'afterEvaluate' }));
  if (!options.made || !steps) throw new Error('the interpreter for user-defined functions did not start', { cause: options.error });
  return { module: new QuickJSWASMModule(options.made, new QuickJSFFI(options.made)), steps };
}
