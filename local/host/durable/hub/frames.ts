/** Messages on a byte stream: 4 bytes of length, big-endian, then so many bytes of JSON. */

const HEADER_BYTES = 4;
/** A batch's payload and its escaping; beyond that the other side is none of ours. */
const MAX_BYTES = 512 * 1024 * 1024;

export function frame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + length);
  bytes.writeUInt32BE(length);
  bytes.write(text, HEADER_BYTES);
  return bytes;
}

/** Puts messages together again from chunks of any size. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private size = 0;

  /** The messages that are complete with `chunk`. Throws when the stream is none of frames. */
  push(chunk: Buffer): unknown[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: unknown[] = [];
    while (this.size >= HEADER_BYTES) {
      const length = this.head(HEADER_BYTES).readUInt32BE();
      if (length > MAX_BYTES) throw new Error(`a message of ${length} bytes is announced; at most ${MAX_BYTES} are allowed`);
      if (this.size < HEADER_BYTES + length) break;
      const bytes = this.head(HEADER_BYTES + length);
      messages.push(JSON.parse(bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + length)));
      this.chunks = [bytes.subarray(HEADER_BYTES + length)];
      this.size -= HEADER_BYTES + length;
    }
    return messages;
  }

  /** At least `count` bytes in one piece; there must be so many. Chunks are joined once a message is complete, not at every chunk. */
  private head(count: number): Buffer {
    if (this.chunks[0]!.length < count) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }
}
