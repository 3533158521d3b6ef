import type { FileFormat } from '../read-file';

/** A file of a test, found. */
export interface TestFile {
  path: string;
  format?: FileFormat['format'];
  delimiter?: string;
}

/** One test of a job: what goes in, and what must come out of the outputs that it names. Names are those of the job. */
export interface TestCase {
  id: string;
  /** Events and reference data by input. */
  inputs: ReadonlyMap<string, TestFile>;
  expected: ReadonlyMap<string, TestFile>;
}

/** The names that a test can use. */
export interface JobNames {
  inputs: readonly string[];
  outputs: readonly string[];
}

/** The name as the job has it, for names are told apart without regard to case. */
export function declaredName(name: string, known: readonly string[]): string | undefined {
  return known.find((k) => k.toLowerCase() === name.toLowerCase());
}
