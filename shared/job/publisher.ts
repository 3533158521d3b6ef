import { messageOf, WeirError } from '../errors';
import type { Producer } from '../sinks/event-hub';
import type { Settings } from '../settings';
import type { EventHubInput, StreamInput } from './definition';
import { placeOf } from './deployable';
import { eventsOf, publishEvents } from './publish';
import { publishLimits, RateLimit, type PublishLimits } from './publish-limits';
import { readBody, type PublishRequest } from './request-body';
import type { Services } from './services';

/** Sends what is posted to `POST /api/events/{input}` to the inputs' hubs, within limits. */
export class Publisher {
  private readonly limits: PublishLimits;
  private readonly producers = new Map<string, Producer>();
  private readonly rates = new Map<string, RateLimit>();

  /** Throws WeirError `invalid-setting`. */
  constructor(
    private readonly settings: Settings,
    private readonly services: Pick<Services, 'openProducer'>,
  ) {
    this.limits = publishLimits(settings);
  }

  /**
   * Resolves when the hub has all events. Rejects with a WeirError: nothing was sent then, unless it is `event-too-large` or `hub-unavailable`.
   *
   * @param nowMs a clock that never goes back
   */
  async publish(name: string, definition: StreamInput, request: PublishRequest, nowMs: number): Promise<{ published: number }> {
    if (definition.type !== 'eventHub') throw new WeirError('not-publishable', `the input ${name} is of type ${definition.type}: events can be posted only to inputs of type eventHub`, 'dead-letter');
    const events = eventsOf(readBody(request, this.limits.bytes), definition);
    if (events.length > this.limits.events) throw new WeirError('too-many-in-request', `the request has ${events.length} events, and one may have ${this.limits.events}; send them in several`, 'dead-letter');
    this.rateOf(name).take(events.length, nowMs);
    const producer = this.producerOf(name, definition);
    try {
      await publishEvents(producer, events);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      throw new WeirError('hub-unavailable', `the events could not be sent to the Event Hub of ${name}; some may have been`, 'retry', { cause: messageOf(error) });
    }
    return { published: events.length };
  }

  private rateOf(name: string): RateLimit {
    const known = this.rates.get(name) ?? new RateLimit(this.limits.rate, Math.max(this.limits.rate, this.limits.events));
    this.rates.set(name, known);
    return known;
  }

  private producerOf(name: string, definition: EventHubInput): Producer {
    const known = this.producers.get(name) ?? this.services.openProducer(this.settings.connection(definition.connection, 'eventHub', placeOf('inputs', name, definition)), definition.eventHub);
    this.producers.set(name, known);
    return known;
  }

  async close(): Promise<void> {
    await Promise.all([...this.producers.values()].map((producer) => producer.close()));
  }
}
