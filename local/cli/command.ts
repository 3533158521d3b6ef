/** What a command of the CLI is made of. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  options: Record<string, { type: 'boolean' | 'string'; multiple?: boolean; help: string }>;
  /** Gives the exit code. A thrown error is printed as its message, with exit code 1. */
  run: (call: Call) => Promise<number>;
}

export interface Call {
  positionals: string[];
  values: Record<string, string | boolean | string[] | undefined>;
  /** To stdout. */
  print: (line: string) => void;
  /** To stderr: progress and remarks. */
  note: (line: string) => void;
  /** Whether people are watching: colours and progress bars are for them only. */
  isTerminal: boolean;
}
