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
    ['goes on while something is open', (steps: Generator) => steps.next(false), ['timer 5000', 'alarm-rings alarm.job', 'again alarm.job']],
    ['ends when nothing is', (steps: Generator) => steps.next(true), ['timer 5000', 'alarm-rings alarm.job']],
    ['tries again when a round has failed', (steps: Generator) => steps.throw(new Error('no answer')), ['timer 5000', 'alarm-rings alarm.job', 'again alarm.job']],
  ])('%s', (_, answer, expected) => {
    const { steps, done } = start();
    steps.next();
    steps.next();
    expect(answer(steps).done).toBe(true);
    expect(done).toEqual(expected);
  });
});
