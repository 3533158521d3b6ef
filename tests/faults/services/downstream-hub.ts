import type { EventData, EventDataBatch } from '@azure/event-hubs';
import type { Producer } from '../../../shared/sinks/event-hub';
import type { Instance } from '../instance';
import { ServiceError, type Service } from './service';

/** Messages of one send. */
const PER_BATCH = 3;

/** A hub that rows are sent to: what is sent twice is there twice, and its consumers drop identities that they know. */
export class DownstreamHub {
  private readonly messages: { identity: string; content: string }[] = [];

  constructor(readonly service: Service) {}

  /** What is used of the SDK's client. */
  open(instance: Instance): Producer {
    return {
      createBatch: async () => {
        const events: EventData[] = [];
        const batch = {
          events,
          get count() {
            return events.length;
          },
          tryAdd: (event: EventData) => events.length < PER_BATCH && events.push(event) > 0,
        };
        return batch as unknown as EventDataBatch;
      },
      sendBatch: async (batch) => {
        const { events } = batch as unknown as { events: EventData[] };
        await instance.call(this.service, `send to ${this.service.name}`, () => events.forEach(({ body, properties }) => this.add(String(properties?.['weir-id']), String(body))));
      },
      close: async () => undefined,
    };
  }

  /** As the output binding writes: bodies only, in as many sends as it takes. */
  async writeAll(instance: Instance, bodies: readonly unknown[]): Promise<void> {
    for (let from = 0; from < bodies.length; from += PER_BATCH) {
      if (from > 0 && this.service.halves(`send to ${this.service.name}`)) throw new ServiceError(`${this.service.name} took ${from} of ${bodies.length} messages`, 429, 'TooManyRequests');
      const batch = bodies.slice(from, from + PER_BATCH).map((body) => String(body));
      await instance.call(this.service, `send to ${this.service.name}`, () => batch.forEach((body) => this.add(String((JSON.parse(body) as { _id: string })._id), body)));
    }
  }

  private add(identity: string, content: string): void {
    const { _id, ...values } = JSON.parse(content) as Record<string, unknown>;
    this.messages.push({ identity, content: JSON.stringify(values) });
  }

  /** What a consumer keeps who drops what it has. The same identity with another content is another row. */
  rows(): [identity: string, content: string][] {
    return [...new Map(this.messages.map(({ identity, content }) => [`${identity} ${content}`, [identity, content] as [string, string]])).values()];
  }
}
