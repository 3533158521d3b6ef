import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AMQP_HEADER, encodeFrame, SASL_HEADER } from '../../../local/eventhubs/amqp/frames';
import { sourceOf, targetOf } from '../../../local/eventhubs/amqp/terminus';
import { TRANSFER_HEAD, writeTransferHead } from '../../../local/eventhubs/amqp/transfer';
import { symbol } from '../../../local/eventhubs/amqp/types';
import { startEventHubs } from '../../../local/eventhubs/server';
import { getHubProperties } from '../../../local/eventhubs/receiver';
import type { Target } from '../target';

const PLAIN = encodeFrame('saslInit', { mechanism: 'PLAIN', initialResponse: Buffer.from('\0RootManageSharedAccessKey\0SAS_KEY_VALUE') } as never);
const OPEN = [SASL_HEADER, PLAIN, AMQP_HEADER, encodeFrame('open', { containerId: 'fuzz' }), encodeFrame('begin', { nextOutgoingId: 0, incomingWindow: 100, outgoingWindow: 100 })];
const PARTITION = 'events/ConsumerGroups/$Default/Partitions/0';
const attach = (body: object): Buffer => encodeFrame('attach', { name: 'link', handle: 0, ...body } as never);

/** A message with one data section. */
const MESSAGE = Buffer.concat([Buffer.from([0x00, 0x53, 0x75, 0xa0, 0x05]), Buffer.from('hello')]);

function transfer(): Buffer {
  const frame = Buffer.alloc(TRANSFER_HEAD + MESSAGE.length);
  writeTransferHead(frame, 0, { channel: 0, handle: 0, deliveryId: 0, more: false, settled: false, payload: MESSAGE.length });
  MESSAGE.copy(frame, TRANSFER_HEAD);
  return frame;
}

const CORPUS = [
  Buffer.concat(OPEN),
  Buffer.concat([...OPEN, attach({ role: true, source: sourceOf(PARTITION), target: targetOf(null) }), encodeFrame('flow', { nextIncomingId: 0, incomingWindow: 100, nextOutgoingId: 0, outgoingWindow: 100, handle: 0, deliveryCount: 0, linkCredit: 10 })]),
  Buffer.concat([...OPEN, attach({ role: false, source: sourceOf('me'), target: targetOf('events') }), transfer()]),
  Buffer.concat([...OPEN, attach({ role: false, source: sourceOf('me'), target: targetOf('$management'), properties: new Map([[symbol('a'), 'b']]) }), transfer()]),
  Buffer.concat([SASL_HEADER, encodeFrame('saslInit', { mechanism: 'ANONYMOUS' } as never), AMQP_HEADER]),
];

/** Whatever a peer writes, it is answered or cut off, and everybody else is still served. */
export const amqp: Target = {
  name: 'amqp',
  corpus: CORPUS,
  words: [AMQP_HEADER, SASL_HEADER, Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]), Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff]), Buffer.from([0xd1, 0, 0, 0, 4, 0, 0, 0, 0]), Buffer.from([0x00, 0x00, 0x00])],
  start: async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'weir-fuzz-amqp-'));
    const server = await startEventHubs({ port: 0, dataDir, hubs: [{ name: 'events', partitionCount: 1 }] });
    return {
      feed: (input) => exchange(server.port, input),
      check: async () => {
        const { partitionIds } = await getHubProperties(server.connectionString, 'events');
        if (partitionIds.length !== 1) throw new Error('the hub has changed');
      },
      stop: async () => {
        await server.stop();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  },
};

/** Writes all at once, and hangs up after the first answer or a moment. */
function exchange(port: number, input: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(input));
    const timer = setTimeout(() => socket.destroy(), 20);
    socket.on('data', () => setTimeout(() => socket.destroy(), 1));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
