import { WeirError } from '../errors';
import type { Settings } from '../settings';

/** What `POST /api/events/{input}` takes. */
export interface PublishLimits {
  /** Longest body, also after decompression; bytes. */
  bytes: number;
  /** Most events in one request. */
  events: number;
  /** Events a second, for each input and instance. */
  rate: number;
}

const DEFAULTS: PublishLimits = { bytes: 4 << 20, events: 10_000, rate: 5_000 };
const SETTINGS: Record<keyof PublishLimits, string> = { bytes: 'WEIR_PUBLISH_MAX_BYTES', events: 'WEIR_PUBLISH_MAX_EVENTS', rate: 'WEIR_PUBLISH_EVENTS_PER_SECOND' };

/** Throws WeirError `invalid-setting` for a setting that is not a whole number above 0. */
export function publishLimits(settings: Settings): PublishLimits {
  const limit = (name: keyof PublishLimits): number => {
    const value = settings.text(SETTINGS[name]);
    if (value === undefined) return DEFAULTS[name];
    if (/^[1-9]\d{0,9}$/.test(value)) return Number(value);
    throw new WeirError('invalid-setting', `the setting ${SETTINGS[name]} must be a whole number above 0, found ${JSON.stringify(value)}; example: ${SETTINGS[name]}=${DEFAULTS[name]}`, 'stop');
  };
  return { bytes: limit('bytes'), events: limit('events'), rate: limit('rate') };
}

/** The caller may try again after so many seconds. */
export class TooManyRequests extends WeirError {
  constructor(
    message: string,
    readonly retryAfter: number,
  ) {
    super('too-many-events', message, 'retry');
  }
}

/**
 * Lets through `rate` events a second on average. What was not used is kept, but no more than the largest request allowed; one that takes more than is
 * there is refused as a whole.
 */
export class RateLimit {
  private tokens: number;
  private lastMs: number | undefined;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
  }

  /** `nowMs` is a clock that never goes back. Throws {@link TooManyRequests} when there are too many. */
  take(events: number, nowMs: number): void {
    this.tokens = Math.min(this.burst, this.tokens + ((nowMs - (this.lastMs ?? nowMs)) / 1_000) * this.rate);
    this.lastMs = nowMs;
    if (events > this.tokens) {
      const wait = Math.ceil((events - this.tokens) / this.rate);
      throw new TooManyRequests(`${events} events are more than the ${this.rate} a second that this input takes; try again in ${wait} s`, wait);
    }
    this.tokens -= events;
  }
}
