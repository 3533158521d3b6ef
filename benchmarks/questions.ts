/** All questions, in the order in which they are asked. */
import type { Growth, OperationGrowth, Question, StateQuestion } from './question';
import { NEXMARK } from './nexmark/questions';
import { filterAndProject } from './questions/filter';
import { GROWTH } from './questions/growth';
import { growthState } from './questions/growth-state';
import { hopping } from './questions/hopping';
import { join } from './questions/join';
import { lag } from './questions/lag';
import { session } from './questions/session';
import { sliding } from './questions/sliding';
import { snapshot } from './questions/snapshot';
import { tumbling } from './questions/tumbling';

export type Asked = { kind: 'race'; question: Question } | { kind: 'state'; question: StateQuestion } | { kind: 'growth'; question: Growth } | { kind: 'operations'; question: OperationGrowth };

const RACES: readonly Question[] = [
  filterAndProject,
  tumbling('tumbling', 1000, { events: 400_000, target: 1_500_000 }),
  tumbling('tumbling-100k', 100_000, { events: 400_000, target: 600_000 }),
  hopping,
  sliding,
  session,
  join,
  lag,
];

const race = (question: Question): Asked => ({ kind: 'race', question });

export const QUESTIONS: readonly Asked[] = [
  ...RACES.map(race),
  { kind: 'state', question: snapshot },
  ...GROWTH.map((question) => ({ kind: 'growth' as const, question })),
  { kind: 'operations', question: growthState },
  ...NEXMARK.map(race),
];

/** Those of that name, or whose name begins with it and a hyphen: `growth` are all about growth. */
export function questionsNamed(name: string): Asked[] {
  const exact = QUESTIONS.filter(({ question }) => question.name === name);
  return exact.length > 0 ? exact : QUESTIONS.filter(({ question }) => question.name.startsWith(`${name}-`));
}
