import { messageOf, WeirError } from '../errors';
import type { DeadLetter, OutputBatch } from '../event';
import { deadLetterText } from '../sinks/dead-letter';
import type { Sink } from '../sinks/sink';
import type { Telemetry } from '../telemetry';
import type { OnRefused } from './definition';
import { measureDeadLetters } from './measure';
import { RecentRows } from './recent-rows';

/** What the function that wrote must hand to its output bindings. */
export interface BoundItems {
  /** Documents or messages by output; absent where there are none. */
  items: ReadonlyMap<string, readonly unknown[]>;
  /** Content of a blob with dead letters; undefined when there are none. */
  deadLetters: string | undefined;
}

export interface OutputOptions {
  /** What becomes of refused rows, by output; `retry` where nothing is said. */
  policies: ReadonlyMap<string, OnRefused>;
  /** The part of a batch that this version of the job writes. */
  own: (batch: OutputBatch) => OutputBatch;
}

/** All outputs of the job. */
export class Outputs {
  private readonly sinks: ReadonlyMap<string, Sink>;
  readonly recent: ReadonlyMap<string, RecentRows>;
  /** The last failure of each output. */
  readonly lastError = new Map<string, string>();
  /** Why the job has stopped, by the policy of an output; it goes on when the app starts again. */
  stopped: WeirError | undefined;

  constructor(
    sinks: readonly Sink[],
    private readonly telemetry: Telemetry,
    private readonly options: OutputOptions = { policies: new Map(), own: (batch) => batch },
  ) {
    this.sinks = new Map(sinks.map((sink) => [sink.output, sink]));
    this.recent = new Map(sinks.map(({ output }) => [output, new RecentRows()]));
  }

  /**
   * Writes to all outputs at the same time, as steps that `cause` has caused. Rejects when one fails, after all have ended: then everything
   * comes again. Rejects at once when the job has stopped.
   */
  async write(batches: readonly OutputBatch[], deadLetters: readonly DeadLetter[], cause?: string): Promise<BoundItems> {
    if (this.stopped) throw this.stopped;
    const items = new Map<string, unknown[]>();
    const letters = [...deadLetters];
    const context = {
      bind: (output: string, more: readonly unknown[]): void => void (more.length > 0 && items.set(output, [...(items.get(output) ?? []), ...more])),
      refuse: (letter: DeadLetter): void => void letters.push(this.unlessStop(letter)),
    };
    const written = await Promise.allSettled([...byOutput(batches.map(this.options.own))].map(([output, own]) => this.step(output, own, cause, () => this.writeOne(output, own, context))));
    const failed = written.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    measureDeadLetters(this.telemetry, letters);
    return { items, deadLetters: deadLetterText(letters) };
  }

  private step(output: string, batches: readonly OutputBatch[], cause: string | undefined, work: () => Promise<void>): Promise<void> {
    return this.telemetry.step(`write ${output}`, cause === undefined ? [] : [cause], ({ note }) => {
      note({ output, rows: rowsOf(batches), writer: batches[0]?.writer ?? '' });
      return work();
    });
  }

  private unlessStop(letter: DeadLetter): DeadLetter {
    const output = letter.output ?? '';
    if (this.options.policies.get(output) !== 'stop') return letter;
    this.stopped ??= new WeirError('output-refused', `the job has stopped, for its output ${output} has "onError": "stop" and refused the row ${letter.input} ${letter.sequenceNumber} (${letter.reason}): ${letter.message}. Mend the query or the output, or choose another policy, and start the app again`, 'stop');
    throw this.stopped;
  }

  private async writeOne(output: string, batches: readonly OutputBatch[], context: Parameters<Sink['write']>[1]): Promise<void> {
    const labels = { LogicalName: output };
    const started = performance.now();
    try {
      await (this.sinks.get(output) as Sink).write(batches, context);
    } catch (error) {
      this.telemetry.count('OutputErrors', 1, labels);
      this.lastError.set(output, messageOf(error));
      throw error;
    }
    this.telemetry.count('OutputEvents', rowsOf(batches), labels);
    this.telemetry.measure('OutputMilliseconds', performance.now() - started, labels);
    this.recent.get(output)?.add(batches);
  }

  async close(): Promise<void> {
    await Promise.all([...this.sinks.values()].map((sink) => sink.close?.()));
  }
}

function rowsOf(batches: readonly OutputBatch[]): number {
  return batches.reduce((sum, { rows }) => sum + rows.length, 0);
}

function byOutput(batches: readonly OutputBatch[]): Map<string, OutputBatch[]> {
  const groups = new Map<string, OutputBatch[]>();
  for (const batch of batches) {
    const group = groups.get(batch.output);
    if (group) group.push(batch);
    else groups.set(batch.output, [batch]);
  }
  return groups;
}
