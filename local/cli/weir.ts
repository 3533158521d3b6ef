#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { messageOf } from '../../shared/errors';
import type { Command } from './command';
import { COMMANDS } from './commands';

function help(): string {
  const width = Math.max(...COMMANDS.map((command) => command.usage.length));
  return ['weir: stream analytics in the Azure Stream Analytics query language, as an Azure Functions app', '', ...COMMANDS.map((c) => `  ${c.usage.padEnd(width)}  ${c.summary}`), '', '  weir COMMAND --help tells more of one'].join('\n');
}

function helpOf(command: Command): string {
  const options = Object.entries(command.options).map(([name, { help: text, type }]) => `  --${name}${type === 'string' ? ' VALUE' : ''}`.padEnd(28) + text);
  return [`${command.usage}`, `  ${command.summary}`, '', ...options].join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((c) => c.name === name);
  if (!command) {
    const asked = name === undefined || name === '--help' || name === 'help';
    (asked ? console.log : console.error)(asked ? help() : `weir: there is no command '${name}'\n\n${help()}`);
    return asked ? 0 : 2;
  }
  const { help: wanted, ...options } = { ...command.options, help: { type: 'boolean' as const, help: '' } };
  const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: { ...options, help: wanted } });
  if (values.help) {
    console.log(helpOf(command));
    return 0;
  }
  return command.run({ positionals, values, print: console.log, note: console.error, isTerminal: process.stdout.isTTY === true });
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`weir: ${messageOf(error)}`);
    process.exitCode = 1;
  },
);
