/** The meter: what is metered does the same, and stops where its budget ends. */
import { readFileSync } from 'node:fs';
import { metered, STEPS_LEFT } from '../../../shared/udf/metered-wasm';

/** `(func (export "f") (param i32) (result i32))` with locals and code. */
function moduleOf(code: number[]): Uint8Array {
  const body = [0x01, 0x01, 0x7f, ...code, 0x0b];
  const section = (id: number, bytes: number[]): number[] => [id, bytes.length, ...bytes];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f]),
    ...section(3, [0x01, 0x00]),
    ...section(5, [0x01, 0x00, 0x01]),
    ...section(6, [0x01, 0x7f, 0x00, 0x41, 0x05, 0x0b]),
    ...section(7, [0x01, 0x01, 0x66, 0x00, 0x00]),
    ...section(10, [0x01, body.length, ...body]),
  ]);
}

/** Counts its parameter down to zero and its local up; gives the local. */
const COUNT = [0x03, 0x40, 0x20, 0x01, 0x41, 0x01, 0x6a, 0x21, 0x01, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b, 0x20, 0x01];
const FOREVER = [0x03, 0x40, 0x0c, 0x00, 0x0b, 0x41, 0x00];

function instantiate(code: number[]): { f: (n: number) => number; steps: WebAssembly.Global } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(metered(moduleOf(code))));
  return { f: exports.f as (n: number) => number, steps: exports[STEPS_LEFT] as WebAssembly.Global };
}

it('takes a step per function and per turn of a loop', () => {
  const { f, steps } = instantiate(COUNT);
  steps.value = 1_000;
  expect(f(10)).toBe(10);
  expect(steps.value).toBe(1_000 - 11);
});

it('stops where the budget ends, at the same place every time', () => {
  const { f, steps } = instantiate(COUNT);
  for (const enough of [true, false, true]) {
    steps.value = enough ? 11 : 10;
    if (enough) expect(f(10)).toBe(10);
    else expect(() => f(10)).toThrow(/unreachable/);
    expect(steps.value).toBe(enough ? 0 : -1);
  }
});

it('takes a step for every 32 bytes that an instruction fills or copies', () => {
  const fill = [0x41, 0x00, 0x41, 0x07, 0x20, 0x00, 0xfc, 0x0b, 0x00, 0x20, 0x00];
  const copy = [0x41, 0x00, 0x41, 0x08, 0x20, 0x00, 0xfc, 0x0a, 0x00, 0x00, 0x20, 0x00];
  for (const code of [fill, copy]) {
    const { f, steps } = instantiate(code);
    steps.value = 1_000;
    expect(f(320)).toBe(320);
    expect(steps.value).toBe(1_000 - 1 - 10);
    steps.value = 10;
    expect(() => f(320)).toThrow(/unreachable/);
  }
});

it('stops a loop that never ends', () => {
  const { f, steps } = instantiate(FOREVER);
  steps.value = 1_000_000;
  expect(() => f(0)).toThrow(/unreachable/);
});

it('meters every loop and function of the interpreter', () => {
  const wasm = readFileSync(require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
  const result = metered(wasm);
  expect(result.length).toBeGreaterThan(wasm.length);
  expect(() => new WebAssembly.Module(result)).not.toThrow();
});

it('refuses instructions that it does not know', () => {
  expect(() => metered(moduleOf([0xfd, 0x0c]))).toThrow('0xfd cannot be metered');
});
