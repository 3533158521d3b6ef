/** The part of the WebAssembly API that is used here; Node's types leave it to the DOM's. (https://webassembly.github.io/spec/js-api/) */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    constructor(size: { initial: number; maximum: number });
  }
  class Global {
    value: number;
  }
  type Imports = Record<string, Record<string, unknown>>;
}
