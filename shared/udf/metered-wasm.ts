/**
 * Puts a meter into a WebAssembly module: every function entry and every turn of a loop takes one step from a budget, and a module without budget traps. Nothing that runs in
 * WebAssembly can go on without entering a function or turning a loop, so the budget bounds it whatever it does: also inside built-in functions (a search in a text, an array
 * method on a false length), which an interpreter's own interrupt does not reach. The two instructions whose work depends on an operand, copying and filling memory, take a step
 * for every 32 bytes. Steps are counted, not seconds: the same work costs the same on every machine.
 *
 * Form of modules: https://webassembly.github.io/spec/core/binary/
 */

/** The exported global (mutable i32) that holds the steps that are left; below zero after a trap. */
export const STEPS_LEFT = 'stepsLeft';

const SECTION = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;

/** Gives a module that behaves the same but is metered. Throws when the module uses instructions that are not known here (vectors, threads, exceptions). */
export function metered(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = new Reader(module, 8);
  const sections: { id: number; body: Uint8Array }[] = [];
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, body: reader.bytes(reader.unsigned()) });
  }
  const bodyOf = (id: number): Uint8Array => sections.find((section) => section.id === id)?.body ?? Uint8Array.of(0);
  const index = importedGlobals(bodyOf(SECTION.import)) + new Reader(bodyOf(SECTION.global)).unsigned();
  const changes: Record<number, (body: Uint8Array) => number[] | Uint8Array> = {
    [SECTION.global]: (body) => appended(body, [0x7f, 0x01, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x0b]),
    [SECTION.export]: (body) => appended(body, [STEPS_LEFT.length, ...Buffer.from(STEPS_LEFT), 0x03, ...unsigned(index)]),
    [SECTION.code]: (body) => meteredCode(body, parameterCounts(bodyOf(SECTION.type), bodyOf(SECTION.function)), index),
  };
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  for (const { id, body } of sections) {
    const changed = changes[id]?.(body) ?? body;
    parts.push(Uint8Array.from([id, ...unsigned(changed.length)]), Uint8Array.from(changed));
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** `if (--stepsLeft < 0) trap` */
function takeStep(global: number): number[] {
  const g = unsigned(global);
  return [0x23, ...g, 0x41, 0x7f, 0x6a, ...leave(g)];
}

/** The same for an instruction on as many bytes as the top of the stack says, which stays there. */
function takeStepsForBytes(global: number, local: number): number[] {
  const g = unsigned(global);
  const n = unsigned(local);
  return [0x22, ...n, 0x23, ...g, 0x20, ...n, 0x41, 0x05, 0x76, 0x6b, ...leave(g)];
}

/** `stepsLeft = top of the stack; if (stepsLeft < 0) trap` */
function leave(g: readonly number[]): number[] {
  return [0x24, ...g, 0x23, ...g, 0x41, 0x00, 0x48, 0x04, 0x40, 0x00, 0x0b];
}

/** How many parameters each function of the module has. */
function parameterCounts(types: Uint8Array, functions: Uint8Array): number[] {
  const reader = new Reader(types);
  const counts = Array.from({ length: reader.unsigned() }, () => {
    if (reader.byte() !== 0x60) throw new Error('a type of the WebAssembly module is not that of a function: it cannot be metered');
    const parameters = reader.unsigned();
    reader.bytes(parameters);
    reader.bytes(reader.unsigned());
    return parameters;
  });
  const indexes = new Reader(functions);
  return Array.from({ length: indexes.unsigned() }, () => counts[indexes.unsigned()] as number);
}

/** A vector with one more item. */
function appended(vector: Uint8Array, item: readonly number[]): Uint8Array {
  const reader = new Reader(vector);
  const count = reader.unsigned();
  return Buffer.concat([Uint8Array.from(unsigned(count + 1)), vector.subarray(reader.at), Uint8Array.from(item)]);
}

function importedGlobals(section: Uint8Array): number {
  const reader = new Reader(section);
  let globals = 0;
  for (let left = reader.unsigned(); left > 0; left--) {
    reader.bytes(reader.unsigned());
    reader.bytes(reader.unsigned());
    const kind = reader.byte();
    if (kind === 3) globals++;
    if (kind === 0) reader.unsigned();
    else if (kind === 3) reader.bytes(2);
    else {
      if (kind === 1) reader.byte();
      for (let bounds = reader.byte() & 1 ? 2 : 1; bounds > 0; bounds--) reader.unsigned();
    }
  }
  return globals;
}

function meteredCode(section: Uint8Array, parameters: readonly number[], global: number): Uint8Array {
  const reader = new Reader(section);
  const count = reader.unsigned();
  const parts: Uint8Array[] = [Uint8Array.from(unsigned(count))];
  for (let i = 0; i < count; i++) {
    const body = reader.bytes(reader.unsigned());
    const pieces = meteredBody(body, parameters[i] as number, global);
    parts.push(Uint8Array.from(unsigned(pieces.reduce((size, piece) => size + piece.length, 0))), ...pieces);
  }
  return Buffer.concat(parts);
}

/** The body in pieces: a step at its start and behind the head of every loop, and steps before an instruction on a stretch of memory, for which there is one more local. */
function meteredBody(body: Uint8Array, parameters: number, global: number): Uint8Array[] {
  const reader = new Reader(body);
  const groups = reader.unsigned();
  const declared = reader.at;
  let locals = parameters;
  for (let left = groups; left > 0; left--) {
    locals += reader.unsigned();
    reader.byte();
  }
  const step = Uint8Array.from(takeStep(global));
  const bytesSteps = Uint8Array.from(takeStepsForBytes(global, locals));
  const declarations = body.subarray(declared, reader.at);
  const pieces: Uint8Array[] = [step];
  let from = reader.at;
  let isBulk = false;
  while (!reader.done) {
    const start = reader.at;
    const kind = skipInstruction(reader);
    if (kind === 'other') continue;
    const at = kind === 'loop' ? reader.at : start;
    pieces.push(body.subarray(from, at), kind === 'loop' ? step : bytesSteps);
    from = at;
    isBulk ||= kind === 'bulk';
  }
  const head = isBulk ? [Uint8Array.from(unsigned(groups + 1)), declarations, Uint8Array.of(0x01, 0x7f)] : [body.subarray(0, declared), declarations];
  return [...head, ...pieces, body.subarray(from)];
}

/** Passes over an instruction and tells those apart that take steps. */
function skipInstruction(reader: Reader): 'loop' | 'bulk' | 'other' {
  const opcode = reader.byte();
  const isBulk = opcode === 0xfc && (reader.peek() === 0x0a || reader.peek() === 0x0b);
  skipImmediates(opcode, reader);
  return opcode === 0x03 ? 'loop' : isBulk ? 'bulk' : 'other';
}

/** How many LEB128 numbers follow an instruction; the others are in {@link skipImmediates}. */
function numbersBehind(opcode: number): number {
  if (opcode >= 0x45 && opcode <= 0xc4) return 0;
  if (opcode >= 0x28 && opcode <= 0x3e) return 2;
  if (opcode >= 0x20 && opcode <= 0x26) return 1;
  if (opcode === 0x11 || opcode === 0x13) return 2;
  if ([0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x12, 0x3f, 0x40, 0x41, 0x42, 0xd0, 0xd2].includes(opcode)) return 1;
  if ([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode)) return 0;
  throw new Error(`the WebAssembly instruction 0x${opcode.toString(16)} cannot be metered`);
}

/** The same for the instructions behind the prefix 0xfc: conversions, and operations on whole stretches of memory and tables. */
const NUMBERS_BEHIND_FC = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

function skipImmediates(opcode: number, reader: Reader): void {
  let numbers: number;
  if (opcode === 0x43 || opcode === 0x44) {
    reader.bytes(opcode === 0x43 ? 4 : 8);
    return;
  }
  if (opcode === 0x0e) numbers = reader.unsigned() + 1;
  else if (opcode === 0x1c) numbers = reader.unsigned();
  else if (opcode === 0xfc) numbers = NUMBERS_BEHIND_FC[reader.unsigned()] ?? numbersBehind(opcode);
  else numbers = numbersBehind(opcode);
  for (; numbers > 0; numbers--) reader.skipNumber();
}

/** LEB128 of a number that is not negative. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

class Reader {
  constructor(
    private readonly data: Uint8Array,
    public at = 0,
  ) {}

  get done(): boolean {
    return this.at >= this.data.length;
  }

  byte(): number {
    return this.data[this.at++] as number;
  }

  peek(): number {
    return this.data[this.at] as number;
  }

  bytes(count: number): Uint8Array {
    return this.data.subarray(this.at, (this.at += count));
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** A LEB128 number of any width and sign. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }
}
