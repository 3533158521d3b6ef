/** A publisher that costs next to nothing: batches are encoded before the first is sent, and their bytes go to the socket as they are. */
import { Authorization } from '../../local/eventhubs/client/authorization';
import { ClientConnection, type ClientLink } from '../../local/eventhubs/client/connection';
import { BATCH_FORMAT } from '../../local/eventhubs/amqp/transfer';
import { sourceOf, targetOf } from '../../local/eventhubs/amqp/terminus';
import { parseConnectionString } from '../../local/eventhubs/connection-string';
import type { Data } from '../events';

/** Descriptor and constructor of a data section with a long binary, and the binary's length. */
const SECTION_HEAD = 8;

function writeSectionHead(buffer: Buffer, at: number, length: number): number {
  buffer.writeUInt32BE(0x005375b0, at);
  buffer.writeUInt32BE(length, at + 4);
  return at + SECTION_HEAD;
}

/** Events `from` to `to` as one message of the batch format: every data section is a whole message, which here has only a body. */
export function encodeBatch({ bytes, ...data }: Data, from: number, to: number): Buffer {
  const batch = Buffer.allocUnsafe((data.to[to - 1] as number) - (data.from[from] as number) + (to - from) * 2 * SECTION_HEAD);
  let at = 0;
  for (let i = from; i < to; i++) {
    const [start, end] = [data.from[i] as number, data.to[i] as number];
    at = writeSectionHead(batch, writeSectionHead(batch, at, end - start + SECTION_HEAD), end - start);
    at += bytes.copy(batch, at, start, end);
  }
  return batch.subarray(0, at);
}

export interface Publisher {
  /** Resolves when more may be sent. */
  send(partition: number, batch: Buffer): Promise<void>;
  /** Waits until everything has left this process. */
  close(): Promise<void>;
}

/** More bytes than this in the socket's buffer and the sender waits. */
const MOST_UNSENT = 4 * 1024 * 1024;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Opens a link to each partition of a hub, over one connection. */
export async function openPublisher(connectionString: string, hub: string, partitions: number): Promise<Publisher> {
  const settings = parseConnectionString(connectionString);
  const connection = await ClientConnection.open(settings);
  const authorization = await Authorization.grant(connection, settings, hub);
  const credit = new Array<number>(partitions).fill(0);
  let lost: Error | undefined;
  const links: ClientLink[] = [];
  for (let i = 0; i < partitions; i++) {
    const events = { onCredit: (granted: number) => void (credit[i] = granted), onDetached: (error: Error) => void (lost ??= error) };
    links.push(await connection.attach({ role: 'sender', source: sourceOf(null), target: targetOf(`${hub}/Partitions/${i}`) }, events));
  }
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      if (lost) throw lost;
      await pause(1);
    }
  };
  return {
    send: async (partition, batch) => {
      if ((credit[partition] as number) <= 0 || connection.transport.unsent > MOST_UNSENT) await until(() => (credit[partition] as number) > 0 && connection.transport.unsent <= MOST_UNSENT);
      credit[partition] = (credit[partition] as number) - 1;
      (links[partition] as ClientLink).send(batch, BATCH_FORMAT);
    },
    close: async () => {
      await until(() => connection.transport.unsent === 0);
      authorization.stop();
      await connection.close();
    },
  };
}
