import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate of its own for 127.0.0.1, good for an hour; both in PEM. */
export interface SelfSigned {
  key: string;
  cert: string;
}

const DER = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, time: 0x17 } as const;

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(DER.sequence, ...parts);
const integer = (bytes: Uint8Array): Buffer => der(DER.integer, bytes);
const oid = (hex: string): Buffer => der(DER.oid, Buffer.from(hex, 'hex'));
const time = (ms: number): Buffer => der(DER.time, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const NAME = sequence(der(DER.set, sequence(oid('550403'), der(DER.utf8, Buffer.from('127.0.0.1')))));
/** Alternative names: an IP address has the tag 7 there, a DNS name 2. */
const NAMES = sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')));
const EXTENSIONS = sequence(sequence(oid('551d11'), der(DER.octets, NAMES)), sequence(oid('551d13'), der(DER.boolean, Buffer.from([0xff])), der(DER.octets, sequence(der(DER.boolean, Buffer.from([0xff]))))));

/** RFC 5280. */
export function selfSigned(nowMs: number): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const validity = sequence(time(nowMs - 60_000), time(nowMs + 3_600_000));
  const version = der(0xa0, integer(Buffer.from([2])));
  const toBeSigned = sequence(version, integer(serial), ECDSA_SHA256, NAME, validity, NAME, publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, EXTENSIONS));
  const certificate = sequence(toBeSigned, ECDSA_SHA256, der(DER.bits, Buffer.from([0]), sign('sha256', toBeSigned, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) as string[];
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n` };
}
