/** The other side of apart.ts: opens one contender, then runs it whenever asked, and ends when nobody can ask any more. */
import type { Entrant, Run } from './apart';
import type { Data } from './events';
import { timed } from './measure';
import { QUESTIONS } from './questions';
import type { Contender } from './question';

function contenderOf({ question, index }: Entrant): { contender: Contender; data: (events: number) => Data } {
  const asked = QUESTIONS.find((one) => one.question.name === question);
  if (asked?.kind === 'race') return { contender: asked.question.contenders[index] as Contender, data: asked.question.data };
  const point = asked?.kind === 'growth' ? asked.question.points[index] : undefined;
  if (!point) throw new Error(`${question} has no contender ${index}`);
  return point;
}

async function main(): Promise<void> {
  const entrant = JSON.parse(process.argv[2] as string) as Entrant;
  const { contender, data } = contenderOf(entrant);
  const opened = await contender.open(data(entrant.events));
  const answer = async (): Promise<void> => {
    const { cost, result } = await timed(opened.run);
    process.send?.({ cost, rows: result().length } satisfies Run);
  };
  process.on('message', () => void answer());
  process.on('disconnect', () => opened.close());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
