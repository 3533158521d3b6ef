/**
 * The partition that events with this key go to: Bob Jenkins' lookup3 hash (public domain, "hashlittle2") of the UTF-8 bytes,
 * both words xored and folded to 16 signed bits, modulo the count with the sign of C. The service and all SDKs agree on it.
 */
export function partitionOfKey(key: string, partitionCount: number): number {
  const [c, b] = lookup3(Buffer.from(key, 'utf8'));
  const folded = ((c ^ b) << 16) >> 16;
  return Math.abs(folded % partitionCount);
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Both 32-bit words of the hash, with seeds of zero. */
function lookup3(key: Buffer): [c: number, b: number] {
  let a = (0xdeadbeef + key.length) | 0;
  let b = a;
  let c = a;
  let at = 0;
  for (; key.length - at > 12; at += 12) {
    a = (a + key.readInt32LE(at)) | 0;
    b = (b + key.readInt32LE(at + 4)) | 0;
    c = (c + key.readInt32LE(at + 8)) | 0;
    [a, b, c] = mix(a, b, c);
  }
  if (at === key.length) return [c, b];
  // The last block, 1 to 12 bytes, counts as if padded with zeros.
  const last = Buffer.alloc(12);
  key.copy(last, 0, at);
  a = (a + last.readInt32LE(0)) | 0;
  b = (b + last.readInt32LE(4)) | 0;
  c = (c + last.readInt32LE(8)) | 0;
  return finish(a, b, c);
}

function mix(a: number, b: number, c: number): [number, number, number] {
  a = ((a - c) ^ rotate(c, 4)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 6)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 8)) | 0;
  b = (b + a) | 0;
  a = ((a - c) ^ rotate(c, 16)) | 0;
  c = (c + b) | 0;
  b = ((b - a) ^ rotate(a, 19)) | 0;
  a = (a + c) | 0;
  c = ((c - b) ^ rotate(b, 4)) | 0;
  b = (b + a) | 0;
  return [a, b, c];
}

function finish(a: number, b: number, c: number): [c: number, b: number] {
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return [c, b];
}
