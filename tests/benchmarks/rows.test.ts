/** Contenders answer the same question: no times are taken here, see `npm run bench`. */
import { answer, answerState } from '../../benchmarks/answer';
import { answerOperations } from '../../benchmarks/answer-operations';
import { difference } from '../../benchmarks/compare';
import { makeEvents } from '../../benchmarks/events';
import { QUESTIONS } from '../../benchmarks/questions';

const EVENTS = 3000;
const effort = { warmUps: 0, runs: 0 };

describe('all contenders give the same rows', () => {
  const races = QUESTIONS.flatMap((asked) => (asked.kind === 'race' ? [asked.question] : []));
  it.each(races.map((question) => [question.name, question] as const))('%s', async (_, question) => {
    const { contenders, rows } = await answer(question, { effort, events: EVENTS });
    expect(contenders.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    expect(rows).toBeGreaterThan(0);
  });

  const states = QUESTIONS.flatMap((asked) => (asked.kind === 'state' ? [asked.question] : []));
  it.each(states.map((question) => [question.name, question] as const))('%s', async (_, question) => {
    const { contenders, keys } = await answerState(question, { effort, events: EVENTS });
    expect(contenders.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    expect(keys).toBeGreaterThan(EVENTS / 2);
  });
});

describe('an operation on a state', () => {
  const operations = QUESTIONS.flatMap((asked) => (asked.kind === 'operations' ? [asked.question] : []));
  it.each(operations.map((question) => [question.name, question] as const))('%s: gives the same rows with a log, and writes less', (_, question) => {
    const { points } = answerOperations({ ...question, points: question.points.filter(({ at }) => at === 10_000) }, 1);
    expect(points.map(({ at, wrong }) => [at, wrong])).toEqual([[10_000, undefined]]);
    for (const { logged, whole } of points) expect(logged.bytes).toBeLessThan(whole.bytes / 20);
  });
});

describe('a difference is found', () => {
  const columns = ['k', '~mean'];
  it.each<[string, (string | number | null)[][], string | undefined]>([
    ['none, in another order', [['b', 2], ['a', 1]], undefined],
    ['none beyond nine digits', [['a', 1 + 1e-12], ['b', 2]], undefined],
    ['a float', [['a', 1.00001], ['b', 2]], 'row 1: ~mean is 1.00001 instead of 1, in ["a",1.00001]'],
    ['a key', [['a', 1], ['c', 2]], 'row 2: k is c instead of b, in ["c",2]'],
    ['NULL', [['a', null], ['b', 2]], 'row 1: ~mean is null instead of 1, in ["a",null]'],
    ['a row', [['a', 1]], '1 rows instead of 2'],
  ])('%s', (_, rows, text) => expect(difference([['a', 1], ['b', 2]], rows, columns)).toBe(text));
});

describe('events', () => {
  it.each([100, 263, 1024])('have %i bytes each, and are the same every time', (size) => {
    const { bytes, from, to } = makeEvents({ count: 50, keys: 10, size });
    expect(from.map((start, i) => (to[i] as number) - start)).toEqual(Array.from({ length: 50 }, () => size));
    expect(makeEvents({ count: 50, keys: 10, size }).bytes.equals(bytes)).toBe(true);
    expect((JSON.parse(bytes.toString('utf8', from[7], to[7])) as { deviceId: string }).deviceId).toMatch(/^device-\d{7}$/);
  });
});
