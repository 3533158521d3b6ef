/** `npm run bench -- [NAME…]`. Exit code 0: all contenders agree; 1: one gave other rows, or failed; 2: not a question. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { answer, answerGrowth, answerState, type AnswerOptions } from './answer';
import { answerOperations } from './answer-operations';
import { countOf, machine, print, runCommand, UsageError } from './command';
import { QUESTIONS, questionsNamed, type Asked } from './questions';
import { isSound, report, type Reported } from './report';

const HELP = `npm run bench -- [NAME…] [--json] [--events N] [--runs N]

  Every contender gets the same data, and its rows are compared with Weir's; only then is it timed, in a process of its own, all of them in turn; the median
  counts. A core is a second of processor time in all threads.

  --json      print {machine, answers} and nothing else
  --events N  so many events instead of what the question says
  --runs N    timed runs of each contender, after twice as many warm-ups up to 8; default 5

`;

interface Options {
  json: boolean;
  events?: number;
  runs: number;
}

function helpText(): string {
  return `${HELP}${QUESTIONS.map(({ question }) => `  ${question.name.padEnd(20)}${question.asks}`).join('\n')}\n\n  growth and nexmark stand for all of theirs\n`;
}

async function ask(asked: Asked, { events, runs }: Options): Promise<Reported> {
  const options: AnswerOptions = { events, effort: { warmUps: Math.min(8, 2 * runs), runs } };
  switch (asked.kind) {
    case 'race':
      return { kind: 'race', answer: await answer(asked.question, options) };
    case 'state':
      return { kind: 'state', answer: await answerState(asked.question, options) };
    case 'growth':
      return { kind: 'growth', answer: await answerGrowth(asked.question, options) };
    case 'operations':
      return { kind: 'operations', answer: answerOperations(asked.question, options.effort.runs) };
  }
}

/** In a process of its own: what one question's code and data do to compiler and memory is nothing to the next. */
function askApart({ question }: Asked, { events, runs }: Options): Reported {
  const args = [...process.execArgv, __filename, question.name, '--json', '--runs', String(runs), ...(events === undefined ? [] : ['--events', String(events)])];
  const { status, stdout, error } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  if (stdout === '') throw new Error(`${question.name} failed with exit code ${status}`);
  return (JSON.parse(stdout) as { answers: [Reported] }).answers[0];
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean' }, events: { type: 'string' }, runs: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return print(helpText());
  const options: Options = { json: values.json === true, events: countOf(values.events, 'events'), runs: countOf(values.runs, 'runs') ?? 5 };
  const unknown = positionals.find((name) => questionsNamed(name).length === 0);
  if (unknown !== undefined) throw new UsageError(`there is no question '${unknown}'; --help lists them`);
  const asked = positionals.length === 0 ? QUESTIONS : positionals.flatMap(questionsNamed);
  const before = machine();
  const answers: Reported[] = [];
  for (const one of asked) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${one.question.name}…`);
    const reported = asked.length === 1 ? await ask(one, options) : askApart(one, options);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (!options.json) print(`${report(reported)}\n`);
    answers.push(reported);
  }
  if (options.json) print(JSON.stringify({ machine: before, answers }, null, 2));
  return answers.every(isSound) ? 0 : 1;
}

runCommand('bench', main);
