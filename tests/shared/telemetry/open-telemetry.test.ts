import { metrics, trace, type MeterProvider, type Span, type TracerProvider } from '@opentelemetry/api';
import { OpenTelemetry, parseTraceparent } from '../../../shared/telemetry/open-telemetry';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true }],
    [`00-${TRACE}-${SPAN}-00`, { traceId: TRACE, spanId: SPAN, traceFlags: 0, isRemote: true }],
    // A later version may have more at the end.
    [`01-${TRACE}-${SPAN}-01-more`, { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true }],
    [`00-${'0'.repeat(32)}-${SPAN}-01`, undefined],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
    ['00-xyz', undefined],
    ['', undefined],
  ])('%s', (text, expected) => expect(parseTraceparent(text)).toEqual(expected));
});

describe('OpenTelemetry', () => {
  const recorded: unknown[] = [];
  const spans: { name: string; attributes: Record<string, unknown>; ended: boolean; errors: unknown[]; links: unknown }[] = [];
  const instrument = (kind: string) => (name: string) => ({ [kind]: (value: number, attributes: unknown) => recorded.push([kind, name, value, attributes]) });

  beforeAll(() => {
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter: instrument('add'), createHistogram: instrument('record') }) } as unknown as MeterProvider);
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: (name: string, { attributes, links }: { attributes: Record<string, unknown>; links: unknown }) => {
          const span = { name, attributes: { ...attributes }, ended: false, errors: [] as unknown[], links };
          spans.push(span);
          return {
            spanContext: () => ({ traceId: TRACE, spanId: SPAN, traceFlags: 1 }),
            setAttributes: (more: Record<string, unknown>) => Object.assign(span.attributes, more),
            recordException: (error: unknown) => span.errors.push(error),
            setStatus: () => undefined,
            end: () => (span.ended = true),
          } as unknown as Span;
        },
      }),
    } as unknown as TracerProvider);
  });

  afterAll(() => {
    metrics.disable();
    trace.disable();
  });

  const telemetry = new OpenTelemetry({ Job: 'j' });

  it('keeps what is measured until somebody takes it', async () => {
    telemetry.count('InputEvents', 3, { LogicalName: 'a' });
    telemetry.measure('BatchEvents', 3);
    expect(await telemetry.step('early', [], async ({ traceparent }) => traceparent)).toBeUndefined();
    expect([recorded, spans]).toEqual([[], []]);
    telemetry.start();
    telemetry.count('InputEvents', 2);
    expect(recorded).toEqual([
      ['add', 'InputEvents', 3, { Job: 'j', LogicalName: 'a' }],
      ['record', 'BatchEvents', 3, { Job: 'j' }],
      ['add', 'InputEvents', 2, { Job: 'j' }],
    ]);
  });

  it('makes a step of each piece of work, with what is noted of it', async () => {
    const other = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(await telemetry.step('ingest', [`00-${TRACE}-${SPAN}-01`, other, 'nonsense'], async ({ traceparent, note }) => (note({ rows: 2 }), traceparent))).toBe(`00-${TRACE}-${SPAN}-01`);
    expect(spans).toEqual([{ name: 'ingest', attributes: { Job: 'j', rows: 2 }, ended: true, errors: [], links: [{ context: expect.objectContaining({ traceId: 'a'.repeat(32) }) as object }] }]);
  });

  it('notes a failure and passes it on', async () => {
    const fault = new Error('no');
    await expect(telemetry.step('write', [], () => Promise.reject(fault))).rejects.toBe(fault);
    expect(spans[1]).toMatchObject({ name: 'write', ended: true, errors: [fault] });
  });
});
