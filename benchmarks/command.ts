import { cpus, loadavg } from 'node:os';
import { messageOf } from '../shared/errors';

/** The command is wrong: exit code 2. */
export class UsageError extends Error {}

export function countOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--${option} ${text}: a whole number from 1 is needed`);
  return count;
}

/** What figures are of. */
export function machine(): object {
  return { cpu: cpus()[0]?.model.trim(), cores: cpus().length, node: process.version, loadAverage: loadavg()[0] };
}

export function print(text: string): 0 {
  console.log(text);
  return 0;
}

/** Runs a command with what was typed behind its name, and sets the exit code that it gives; 1: it failed. */
export function runCommand(name: string, main: (argv: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(`${name}: ${messageOf(error)}`);
      process.exitCode = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
    },
  );
}
