/** Lists shorter than this stay in the JSON: beside them, what a block takes counts. */
const FEW = 64;

/** A block that is written when all are: so that it is laid where it belongs right away. */
export interface BlockToWrite {
  /** In bytes. */
  length: number;
  writeTo(target: Buffer, at: number): void;
}

/**
 * The long lists of a snapshot, which are kept as bytes beside its JSON; there, their number stands for them. As text they are a third longer and take several times as long to write and
 * to read.
 */
export class NewBlocks {
  readonly list: BlockToWrite[] = [];

  constructor(private readonly least = FEW) {}

  /** Whether a list of so many elements is to be a block. */
  takes(length: number): boolean {
    return length >= this.least;
  }

  /** Gives the block's number. The bytes are not copied: they must not change before the snapshot is written. */
  add({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return this.addLater({ length: byteLength, writeTo: (target, at) => target.set(bytes, at) });
  }

  addLater(block: BlockToWrite): number {
    return this.list.push(block) - 1;
  }
}

/** The blocks of a snapshot that is read back. */
export class Blocks {
  constructor(private readonly list: readonly Uint8Array[] = []) {}

  get(number: number): Uint8Array {
    const bytes = this.list[number];
    if (!bytes) throw new RangeError(`there is no block ${number}: there are ${this.list.length}`);
    return bytes;
  }
}
