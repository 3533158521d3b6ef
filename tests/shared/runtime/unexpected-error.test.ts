/** What evaluation throws that is no error of the language costs the row at hand and nothing else: it neither blocks a partition nor goes uncounted. */
import { compile } from '../../../shared/compiler/compile';
import { WeirError } from '../../../shared/errors';
import type { InputEvent } from '../../../shared/event';
import { createDecoder } from '../../../shared/formats/decoder';
import type { OperatorCode, Program, TimePolicy } from '../../../shared/program';
import { Ingest, type Decoder } from '../../../shared/runtime/ingest';
import { PartitionState } from '../../../shared/runtime/partition';

const POLICY: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' };
const decode = createDecoder({ format: 'json', booleansAsBit: true });

/** The program with a function of its code that throws for rows that have the value 3 in a register. */
function broken(program: Program, kind: string, name: string, error: unknown): Program {
  const code = program.code.map((own, id): OperatorCode => {
    const evaluate = (own as Record<string, unknown>)[name];
    if (program.plan.operators[id]?.kind !== kind || typeof evaluate !== 'function') return own;
    const throwing = (r: unknown[], t: number): unknown => {
      if (r.includes(3)) throw error;
      return (evaluate as (r: unknown[], t: number) => unknown)(r, t);
    };
    return { ...own, [name]: throwing } as OperatorCode;
  });
  return { ...program, code };
}

function run(program: Program, decoder: Decoder, onError: 'dead-letter' | 'stop' = 'dead-letter'): { rows: unknown[]; reasons: string[]; status: ReturnType<PartitionState['status']> } {
  const environment = { policy: POLICY, references: { at: () => ({ rows: [] }) }, onError };
  const ingest = new Ingest(program, 'input', { ...environment, decoder });
  const state = new PartitionState(program, 'input', '0', { ...environment, gapTimeoutMs: Infinity, generation: 'g' });
  const events = [1, 2, 3, 4].map((v, n): InputEvent => ({ sequenceNumber: n, enqueued: n * 1e7, body: Buffer.from(JSON.stringify({ v })) }));
  const { delivery, outputs, deadLetters } = ingest.run({ input: 'input', partition: '0', partitionCount: 1, begin: 0, events });
  state.deliver(delivery, 0);
  state.tick({ watermark: 'end', lastSequenceNumber: 3, partitions: 1 }, 0);
  const later = state.outbox.release();
  const rows = [...outputs, ...later.flatMap((entry) => (entry.kind === 'output' ? [entry.batch] : []))].flatMap((batch) => batch.rows.map(({ values }) => values));
  const letters = [...deadLetters, ...later.flatMap((entry) => (entry.kind === 'dead-letters' ? entry.letters : []))];
  return { rows, reasons: letters.map(({ reason, sequenceNumber }) => `${reason} ${sequenceNumber}`), status: state.status() };
}

const compiled = (query: string): Program => compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 1 });
const PLAIN = compiled('SELECT v + 0 AS v INTO o FROM input WHERE v > 0');
const COUNTED = compiled('SELECT v, COUNT(*) AS n INTO o FROM input PARTITION BY PartitionId GROUP BY v, PartitionId, TumblingWindow(second, 10)');
const bug = new TypeError("Cannot read properties of undefined (reading 'x')");

describe('an error that is none of the language', () => {
  it.each([
    ['a filter', broken(PLAIN, 'filter', 'test', bug)],
    ['a projection', broken(PLAIN, 'project', 'map', bug)],
    ['what is thrown is no Error', broken(PLAIN, 'project', 'map', 'text')],
  ])('in the trigger sets its event aside: %s', (_, program) => {
    const { rows, reasons, status } = run(program, decode);
    expect(rows).toEqual([1, 2, 4].map((v) => ({ v })));
    expect(reasons).toEqual(['evaluation-failed 2']);
    expect(status).toMatchObject({ events: 4, applied: 3, filtered: 0, deadLettered: { 'evaluation-failed': 1 }, pending: 0 });
  });

  it('in the decoder sets its event aside', () => {
    const { rows, reasons, status } = run(PLAIN, (body) => {
      if (String(body).includes('3')) throw bug;
      return decode(body);
    });
    expect(rows).toHaveLength(3);
    expect(reasons).toEqual(['evaluation-failed 2']);
    expect(status).toMatchObject({ events: 4, applied: 3, deadLettered: { 'evaluation-failed': 1 } });
  });

  it('in a stage with state sets its row aside', () => {
    const { rows, reasons, status } = run(broken(COUNTED, 'emit', 'values', bug), decode);
    expect(rows).toEqual([1, 2, 4].map((v) => ({ v, n: 1 })));
    expect(reasons).toEqual(['evaluation-failed 0']);
    expect(status).toMatchObject({ events: 4, applied: 4, pending: 0 });
  });

  it('stops a job that stops at errors, with its cause', () => {
    const error = ((): unknown => {
      try {
        return run(broken(PLAIN, 'filter', 'test', bug), decode, 'stop');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'evaluation-failed', cause: bug });
  });

  it('is no matter of the row when a service failed: the batch is to be tried again', () => {
    const lost = new WeirError('no-reference-data', 'not there yet', 'retry');
    expect(() => run(broken(PLAIN, 'filter', 'test', lost), decode)).toThrow(lost);
  });
});
