import type { DeadLetter, OutputBatch, OutputRow } from '../event';
import { toJsonText } from '../values/json';

/** The letter for a row that its output can never store. Its place is the writer and the position there. */
export function refusedRow(batch: OutputBatch, row: OutputRow, reason: string, message: string): DeadLetter {
  return { reason, message, input: batch.writer, partition: '', sequenceNumber: row.n, enqueued: '', output: batch.output, body: toJsonText(row.values) };
}

/**
 * Letters as the content of one blob: one JSON object a line. The same letter may be written again in another blob; input, partition,
 * sequenceNumber, output and reason tell that it is the same. undefined when there is nothing to write.
 */
export function deadLetterText(letters: readonly DeadLetter[]): string | undefined {
  return letters.length === 0 ? undefined : letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
}

/**
 * Whether the letter holds an event, with its raw bytes in base64, and not a row that an operator or an output could not take. Only the trigger knows
 * when an event arrived.
 */
export function isEventLetter(letter: DeadLetter): boolean {
  return letter.enqueued !== '' && letter.output === undefined;
}
