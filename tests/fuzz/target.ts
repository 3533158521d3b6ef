/** Something that takes input from strangers. */
export interface Target {
  name: string;
  /** Sound inputs, which are made unsound. */
  corpus: readonly Buffer[];
  /** What the target's language is made of. */
  words: readonly Buffer[];
  start(): Promise<RunningTarget>;
}

export interface RunningTarget {
  /** Rejects, or throws, when the input does what no input may do. Bad input that is refused as it should be is fine. */
  feed(input: Buffer): void | Promise<void>;
  /** Throws when the target does not do its work any more. */
  check?(): Promise<void>;
  stop(): Promise<void>;
}

export const texts = (...inputs: string[]): Buffer[] => inputs.map((text) => Buffer.from(text));
