import { randomUUID } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import type { DeadLetter } from '../../../shared/event';

/** Where it is noted what was published again: beside the letters, under a name of its own. */
const MARKS = 'redriven/';

/** One blob of dead letters. */
export interface LetterBlob {
  name: string;
  letters: DeadLetter[];
  /** Lines that are no letter. */
  unreadable: number;
}

/** The container's dead letters, blob by blob in the order of their names: by day. */
export async function* readLetters(container: ContainerClient): AsyncGenerator<LetterBlob> {
  if (!(await container.exists())) return;
  for await (const { name } of container.listBlobsFlat()) {
    if (name.startsWith(MARKS)) continue;
    const lines = (await container.getBlobClient(name).downloadToBuffer()).toString('utf8').split('\n').filter((line) => line.trim() !== '');
    const letters = lines.flatMap((line) => parseLetter(line) ?? []);
    yield { name, letters, unreadable: lines.length - letters.length };
  }
}

function parseLetter(line: string): DeadLetter | undefined {
  try {
    const letter = JSON.parse(line) as Partial<DeadLetter>;
    const texts = [letter.reason, letter.input, letter.partition, letter.enqueued, letter.body];
    return texts.every((text) => typeof text === 'string') && Number.isSafeInteger(letter.sequenceNumber) ? (letter as DeadLetter) : undefined;
  } catch {
    return undefined;
  }
}

/** The event that a letter is of. Its arrival tells events of the same number in two lives of a hub apart. */
export function eventOf({ input, partition, sequenceNumber, enqueued }: DeadLetter): string {
  return `${input.toLowerCase()}/${partition}/${sequenceNumber}/${enqueued}`;
}

/** The events that earlier runs have published again. */
export async function readMarks(container: ContainerClient): Promise<Set<string>> {
  const marks = new Set<string>();
  if (!(await container.exists())) return marks;
  for await (const { name } of container.listBlobsFlat({ prefix: MARKS })) {
    for (const line of (await container.getBlobClient(name).downloadToBuffer()).toString('utf8').split('\n')) if (line !== '') marks.add(line);
  }
  return marks;
}

export async function writeMarks(container: ContainerClient, events: readonly string[], at: Date): Promise<void> {
  const content = events.map((event) => `${event}\n`).join('');
  await container.getBlockBlobClient(`${MARKS}${at.toISOString()}-${randomUUID()}`).upload(content, Buffer.byteLength(content));
}
