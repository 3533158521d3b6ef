import type { EventData } from '@azure/event-hubs';
import type { ContainerClient } from '@azure/storage-blob';
import type { DeadLetter } from '../../../shared/event';
import { isEventLetter } from '../../../shared/sinks/dead-letter';
import { sendAll, type Producer } from '../../../shared/sinks/event-hub';
import { eventOf, readLetters, readMarks, writeMarks } from './letters';

export interface RedriveFilter {
  /** Reason codes; empty: all. */
  reasons: readonly string[];
  /** Input of the job; undefined: all. */
  input: string | undefined;
  /** ISO time of arrival; undefined: from the first. */
  since: string | undefined;
}

/** The hub of an input: its producer and the partitions that it has now. */
export interface RedriveTarget {
  producer: Producer;
  partitionIds: readonly string[];
}

export interface Redrive {
  container: ContainerClient;
  filter: RedriveFilter;
  /** By input in lower case. */
  target: (input: string) => Promise<RedriveTarget | undefined>;
  dryRun: boolean;
  now: () => Date;
  onProgress: (report: RedriveReport) => void;
}

/** What became of the letters. `letters` is the sum of all others but `byReason`. */
export interface RedriveReport {
  letters: number;
  published: number;
  byReason: Record<string, number>;
  /** Published by an earlier run, or another copy of a letter of this one. */
  alreadyRedriven: number;
  /** Rows: their events were applied, so publishing them again would count them twice. */
  rows: number;
  filteredOut: number;
  /** Of inputs that the job does not have. */
  unknownInput: number;
  tooLarge: number;
  /** Lines that are no letter. */
  unreadable: number;
}

/**
 * Publishes the events of dead letters again, byte for byte, each to the partition that it came from. What was published is marked blob by blob, so that
 * another run leaves it out; a run that ends between publishing and marking publishes the events of one blob a second time.
 */
export async function redrive(job: Redrive): Promise<RedriveReport> {
  const report: RedriveReport = { letters: 0, published: 0, byReason: {}, alreadyRedriven: 0, rows: 0, filteredOut: 0, unknownInput: 0, tooLarge: 0, unreadable: 0 };
  const done = await readMarks(job.container);
  for await (const { letters, unreadable } of readLetters(job.container)) {
    report.letters += letters.length + unreadable;
    report.unreadable += unreadable;
    const chosen = letters.filter((letter) => isChosen(letter, job.filter, { done, report }));
    await redriveBlob(chosen, job, report);
    job.onProgress(report);
  }
  return report;
}

function isChosen(letter: DeadLetter, { reasons, input, since }: RedriveFilter, { done, report }: { done: Set<string>; report: RedriveReport }): boolean {
  const count = (what: 'rows' | 'filteredOut' | 'alreadyRedriven'): boolean => {
    report[what]++;
    return false;
  };
  const isWanted = (reasons.length === 0 || reasons.includes(letter.reason)) && (input === undefined || letter.input.toLowerCase() === input.toLowerCase());
  if (!isWanted) return count('filteredOut');
  if (!isEventLetter(letter)) return count('rows');
  if (since !== undefined && letter.enqueued < since) return count('filteredOut');
  const event = eventOf(letter);
  if (done.has(event)) return count('alreadyRedriven');
  done.add(event);
  return true;
}

async function redriveBlob(letters: readonly DeadLetter[], job: Redrive, report: RedriveReport): Promise<void> {
  const published: DeadLetter[] = [];
  for (const [input, own] of groupBy(letters, ({ input: name }) => name.toLowerCase())) {
    const target = await job.target(input);
    if (!target) report.unknownInput += own.length;
    else if (job.dryRun) published.push(...own);
    else for (const [partition, list] of groupBy(own, (letter) => letter.partition)) published.push(...(await publish(list, partition, target, report)));
  }
  for (const { reason } of published) report.byReason[reason] = (report.byReason[reason] ?? 0) + 1;
  report.published += published.length;
  if (!job.dryRun && published.length > 0) await writeMarks(job.container, published.map(eventOf), job.now());
}

/** A partition that the hub has no more cannot be asked for: then the hub chooses. */
async function publish(letters: readonly DeadLetter[], partition: string, { producer, partitionIds }: RedriveTarget, report: RedriveReport): Promise<DeadLetter[]> {
  const byEvent = new Map(letters.map((letter): [EventData, DeadLetter] => [{ body: Buffer.from(letter.body, 'base64'), properties: { 'weir-redriven': `${letter.partition}/${letter.sequenceNumber}` } }, letter]));
  const tooLarge = await sendAll(producer, partitionIds.includes(partition) ? { partitionId: partition } : {}, [...byEvent.keys()]);
  report.tooLarge += tooLarge.length;
  return [...byEvent].filter(([event]) => !tooLarge.includes(event)).map(([, letter]) => letter);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
