/** `npm run bench:live [-- NAME…]`. Exit code 0: all rows are right; 1: some are not, or a run failed; 2: not a question. */
import { parseArgs } from 'node:util';
import { countOf, machine, print, runCommand, UsageError } from '../command';
import { copies } from './copies';
import { drain } from './drain';
import { latency } from './latency';
import { live } from './live';
import type { LiveQuestion } from './question';
import { answerOf, report, type LiveAnswer } from './report';
import { sdkPublisher } from './sdk-publisher';

const QUESTIONS: readonly LiveQuestion[] = [drain, live, sdkPublisher, latency, copies];
const HELP = `npm run bench:live [-- NAME…] [--json] [--events N]

  Starts the parts of \`weir up\` as processes on free ports, with a folder that is gone afterwards and a job: COUNT and AVG by device in tumbling windows of
  10 s, 8 partitions, 1,000 devices, events of 263 bytes, rows to Cosmos DB and Blob. Rows are compared with those of this process before anything counts.
  Needs Linux: processor times come from /proc.

  --json      print {machine, answers} and nothing else
  --events N  so many events instead of what the question says

${QUESTIONS.map(({ name, asks }) => `  ${name.padEnd(15)}${asks}`).join('\n')}
`;

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: 'boolean' }, events: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) return print(HELP);
  const unknown = positionals.find((name) => !QUESTIONS.some((question) => question.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no question '${unknown}'; --help lists them`);
  const events = countOf(values.events, 'events');
  const before = machine();
  const answers: LiveAnswer[] = [];
  for (const question of QUESTIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${question.name}…`);
    const answer = answerOf(question, await question.ask(events ?? question.events));
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    if (!values.json) print(`${report(answer)}\n`);
    answers.push(answer);
  }
  if (values.json) print(JSON.stringify({ machine: before, answers }, null, 2));
  return answers.every(({ wrong }) => wrong === undefined) ? 0 : 1;
}

runCommand('bench:live', main);
