import { encode } from '../../../local/eventhubs/amqp/encode';
import { Described } from '../../../local/eventhubs/amqp/types';
import { EventQueue } from '../../../local/eventhubs/client/event-queue';

const message = (text: string): Buffer => encode(new Described(0x75, Buffer.from(text)));

function opened(): { queue: EventQueue; receive: () => Promise<string[]> } {
  const queue = new EventQueue(10, { pause: () => undefined, resume: () => undefined });
  return { queue, receive: async () => (await queue.receive(10, 1_000)).map(({ body }) => Buffer.from(body).toString()) };
}

describe('EventQueue', () => {
  it('gives what comes in several pieces of one turn as one batch', async () => {
    const { queue, receive } = opened();
    const received = receive();
    queue.push(message('a'));
    queue.push(message('b'));
    // As between two reads of a socket.
    await new Promise((next) => process.nextTick(next));
    queue.push(message('c'));
    expect(await received).toEqual(['a', 'b', 'c']);
  });

  it('gives what has come at once, and waits again for what comes then', async () => {
    const { queue, receive } = opened();
    queue.push(message('a'));
    expect(await receive()).toEqual(['a']);
    for (const text of ['b', 'c']) {
      const received = receive();
      queue.push(message(text));
      expect(await received).toEqual([text]);
    }
  });

  it('lets nobody receive twice at a time, also between a message and its turn', async () => {
    const { queue, receive } = opened();
    const received = receive();
    await expect(receive()).rejects.toThrow(/waiting for another receive/);
    queue.push(message('a'));
    await expect(receive()).rejects.toThrow(/waiting for another receive/);
    expect(await received).toEqual(['a']);
  });
});
