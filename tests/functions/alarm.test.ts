/** The alarm's orchestration, step by step; app.test.ts has it run in a host. */
import type { OrchestrationContext } from 'durable-functions';
import { alarmOrchestrator } from '../../functions/bindings/alarm';

const NOW = Date.UTC(2026, 0, 1);

function start(): { steps: Generator<unknown, unknown, unknown>; done: string[] } {
  const done: string[] = [];
  const df = {
    getInput: () => 'alarm.job',
    currentUtcDateTime: new Date(NOW),
    createTimer: (at: Date) => done.push(`timer ${at.getTime() - NOW}`),
    callActivity: (name: string, input: unknown) => done.push(`${name} ${String(input)}`),
    continueAsNew: (input: unknown) => done.push(`again ${String(input)}`),
  };
  return { steps: alarmOrchestrator(5)({ df } as unknown as OrchestrationContext) as Generator<unknown, unknown, unknown>, done };
}

describe('the alarm', () => {
  it.each([
    ['goes on while something is open', (steps: Generator) => steps.next({ overAtMs: null }), ['timer 5000', 'alarm-rings alarm.job', 'again alarm.job'], undefined],
    ['ends when nothing is, with the time of its last round', (steps: Generator) => steps.next({ overAtMs: 7 }), ['timer 5000', 'alarm-rings alarm.job'], { overAtMs: 7 }],
    ['goes on after the answer of an earlier version', (steps: Generator) => steps.next(true), ['timer 5000', 'alarm-rings alarm.job', 'again alarm.job'], undefined],
    ['tries again when a round has failed', (steps: Generator) => steps.throw(new Error('no answer')), ['timer 5000', 'alarm-rings alarm.job', 'again alarm.job'], undefined],
  ])('%s', (_, answer, expected, value) => {
    const { steps, done } = start();
    steps.next();
    steps.next();
    expect(answer(steps)).toEqual({ done: true, value });
    expect(done).toEqual(expected);
  });
});
