import { context, metrics, ROOT_CONTEXT, SpanStatusCode, trace, type Attributes, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import { UNKEPT, type Labels, type Step, type Telemetry } from '../telemetry';
import { METRICS, type MetricName } from './metrics';

const SCOPE = 'weir';

/** What is kept until there is somebody to send to: a batch leaves about twenty. */
const MAX_WAITING = 5_000;

type Recorder = (value: number, attributes: Attributes) => void;

/**
 * Hands measurements and steps to the OpenTelemetry API. The API's meters do nothing before an SDK has registered itself, so what is
 * measured before {@link start} waits.
 */
export class OpenTelemetry implements Telemetry {
  private waiting: (() => void)[] | undefined = [];
  private readonly instruments = new Map<MetricName, Recorder>();

  /** @param labels go with every measurement and step, for example the job's name */
  constructor(private readonly labels: Readonly<Record<string, string>> = {}) {}

  /** An SDK has been registered. */
  start(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const record of waiting) record();
  }

  count(name: MetricName, amount: number, labels?: Labels): void {
    this.record(name, amount, labels);
  }

  measure(name: MetricName, value: number, labels?: Labels): void {
    this.record(name, value, labels);
  }

  async step<T>(name: string, causes: readonly string[], work: (step: Step) => Promise<T>): Promise<T> {
    if (this.waiting) return work(UNKEPT);
    const [parent, ...others] = causes.flatMap((cause) => parseTraceparent(cause) ?? []);
    const from: Context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const span = trace.getTracer(SCOPE).startSpan(name, { attributes: this.labels, links: others.map((cause) => ({ context: cause })) }, from);
    try {
      return await context.with(trace.setSpan(from, span), () => work({ traceparent: traceparentOf(span), note: (attributes) => void span.setAttributes(attributes) }));
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  private record(name: MetricName, value: number, labels: Labels | undefined): void {
    if (!this.waiting) this.instrument(name)(value, { ...this.labels, ...labels });
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(() => this.record(name, value, labels));
  }

  private instrument(name: MetricName): Recorder {
    const known = this.instruments.get(name);
    if (known) return known;
    const { kind, unit, description } = METRICS[name];
    const meter = metrics.getMeter(SCOPE);
    const made = kind === 'counter' ? meter.createCounter(name, { unit, description }) : meter.createHistogram(name, { unit, description });
    const record: Recorder = 'add' in made ? (value, attributes) => made.add(value, attributes) : (value, attributes) => made.record(value, attributes);
    this.instruments.set(name, record);
    return record;
  }
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; undefined when it is none. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const parts = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(text);
  if (!parts) return undefined;
  const [, traceId, spanId, flags] = parts as unknown as [string, string, string, string];
  const valid = !/^0+$/.test(traceId) && !/^0+$/.test(spanId);
  return valid ? { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true } : undefined;
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
