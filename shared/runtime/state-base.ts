/**
 * What is written of a body: JSON, or JSON and blocks. The second form begins with a byte that JSON never begins with:
 *
 *     "Weir" · bytes of the JSON, number of blocks, bytes of each block (32 bits each, little-endian) · the JSON · the blocks
 */
import { Blocks, NewBlocks, type BlockToWrite } from '../values/blocks';

const MARK = Buffer.from('Weir');
const WORD = 4;

/** A live state's body, before it is known where it is kept. */
export interface Body {
  /** Characters of the JSON that has it all, or nearly so. */
  readonly length: number;
  /** The JSON that has it all. */
  text(): string;
  bytes(): Uint8Array;
}

/** `snapshot` gives it as JSON-safe data, but for what goes to the blocks. `least`: elements of a list that is to be a block. */
export function bodyOf(snapshot: (blocks?: NewBlocks) => unknown, least?: number): Body {
  const blocks = new NewBlocks(least);
  const json = JSON.stringify(snapshot(blocks));
  const { list } = blocks;
  const inBlocks = list.reduce((sum, { length }) => sum + length, 0);
  return {
    // Three bytes are four characters of base64.
    length: json.length + Math.ceil((inBlocks * 4) / 3),
    text: () => (list.length === 0 ? json : JSON.stringify(snapshot())),
    bytes: () => (list.length === 0 ? Buffer.from(json) : together(Buffer.from(json), list)),
  };
}

function together(json: Uint8Array, blocks: readonly BlockToWrite[]): Uint8Array {
  const head = [json.length, blocks.length, ...blocks.map(({ length }) => length)];
  const all = Buffer.allocUnsafe(blocks.reduce((sum, { length }) => sum + length, MARK.length + head.length * WORD + json.length));
  let at = MARK.copy(all);
  for (const word of head) at = all.writeUInt32LE(word, at);
  all.set(json, at);
  at += json.length;
  for (const block of blocks) {
    block.writeTo(all, at);
    at += block.length;
  }
  return all;
}

/** What was written of a body: its data, and the blocks that it refers to. */
export function readBody(bytes: Uint8Array): { data: unknown; blocks: Blocks } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!all.subarray(0, MARK.length).equals(MARK)) return { data: JSON.parse(all.toString()) as unknown, blocks: new Blocks() };
  const word = (i: number): number => all.readUInt32LE(MARK.length + i * WORD);
  const count = word(1);
  const list: Uint8Array[] = [];
  let at = MARK.length + (2 + count) * WORD;
  const take = (length: number): Buffer => all.subarray(at, (at += length));
  const json = take(word(0));
  for (let i = 0; i < count; i++) list.push(take(word(2 + i)));
  if (at !== all.length) throw new RangeError(`a base of ${all.length} bytes says that it has ${at}`);
  return { data: JSON.parse(json.toString()) as unknown, blocks: new Blocks(list) };
}
