import { rowError } from '../errors';
import type { EmitOperator, ExchangeOperator, Operator, Program, ProjectOperator, Stage } from '../program';
import { toJsonText } from '../values/json';
import type { Blocks, NewBlocks } from '../values/blocks';
import type { Ticks } from '../values/value';
import { AggregateRuntime } from './operators/aggregate';
import { AnalyticRuntime } from './operators/analytic';
import { exchange, type ExchangeRoute } from './operators/exchange';
import { emitRows, type EmittedRows, type RowOutput } from './operators/emit';
import { JoinRuntime } from './operators/join';
import { lookup, type ReferenceTables } from './operators/lookup';
import { MatchRuntime } from './operators/match';
import { apply, filter, project, stateless } from './operators/stateless';
import { UnionRuntime } from './operators/union';
import type { Emit, EmitColumns, Row, RuntimeOperator } from './row';
import type { Columns } from './row-codec';

/** A row that an operator could not process. */
export interface RowFailure {
  reason: string;
  message: string;
  /** The row's registers as JSON. */
  row: string;
  n: number;
}

export interface PipelineEnvironment {
  references: ReferenceTables;
  /** `stop`: a runtime error of the query stops the job, as in Stream Analytics; else the row is set aside. */
  onError: 'dead-letter' | 'stop';
}

/** Rows by the exchange through which they leave, and by shard of the receiving stage. */
export type Exchanged = ((Columns | undefined)[] | undefined)[];

/** What leaves a stage; taken by `take`. */
export interface PipelineOutput {
  exchanged: Exchanged;
  emitted: EmittedRows[];
  failures: RowFailure[];
}

/** Runs the operators of one stage. The same in the trigger, in the entities and in process. */
export class Pipeline {
  private readonly operators = new Map<number, RuntimeOperator>();
  /** Where the rows of an operator (or entry) go: operator and which of its inputs. */
  private readonly consumers: ({ operator: RuntimeOperator; input: number }[] | undefined)[] = [];
  private readonly watermarks = new Map<number, Ticks>();
  /** What has left since it was taken last. */
  output: PipelineOutput = emptyOutput();
  /** How many rows have left, ever: to see whether one did. */
  left = 0;

  constructor(
    private readonly program: Program,
    readonly stage: Stage,
    private readonly environment: PipelineEnvironment,
  ) {
    for (const id of stage.operators) {
      const operator = this.operatorAt(id);
      if (operator.kind === 'scan' || this.isPick(operator)) continue;
      const runtime = this.create(operator);
      this.operators.set(id, runtime);
      const picked = operator.kind === 'exchange' ? this.operatorAt(operator.inputs[0] as number) : operator;
      const inputs = this.isPick(picked) ? picked.inputs : operator.inputs;
      inputs.forEach((source, input) => (this.consumers[source] ??= []).push({ operator: runtime, input }));
    }
  }

  private operatorAt(id: number): Operator {
    return this.program.plan.operators[id] as Operator;
  }

  /** A row of a scan or of an exchange that enters the stage. */
  push(source: number, row: Row): void {
    const consumers = this.consumers[source];
    if (consumers === undefined) return;
    for (const { operator, input } of consumers) this.pushTo(operator, input, row);
  }

  /** Rows of an exchange that enters the stage, or of an operator that makes many at once. */
  pushColumns(from: number, rows: Columns, source: string): void {
    const consumers = this.consumers[from];
    if (consumers === undefined || rows.length === 0) return;
    for (const { operator, input } of consumers) {
      if (operator.pushColumns) operator.pushColumns(input, rows, source);
      else for (let i = 0; i < rows.length; i++) this.pushTo(operator, input, rows.row(i, source));
    }
  }

  private pushTo(operator: RuntimeOperator, input: number, row: Row): void {
    try {
      operator.push(input, row);
    } catch (error) {
      this.fail(row, error);
    }
  }

  /** Moves time on through all operators, from the sources on. Gives the watermark of each exchange. */
  advance(w: Ticks): ReadonlyMap<number, Ticks> {
    for (const id of this.stage.operators) {
      const operator = this.operatorAt(id);
      const before = Math.min(w, ...operator.inputs.map((input) => this.watermarks.get(input) ?? w));
      this.watermarks.set(id, this.operators.get(id)?.advance(before) ?? before);
    }
    const exchanges = this.stage.operators.filter((id) => this.operatorAt(id).kind === 'exchange');
    return new Map(exchanges.map((id) => [id, this.watermarks.get(id) as Ticks]));
  }

  /** What has left since the last call. */
  take(): PipelineOutput {
    const taken = this.output;
    this.output = emptyOutput();
    return taken;
  }

  private create(operator: Operator): RuntimeOperator {
    const code = this.program.code[operator.id] as never;
    const emit: Emit = (row) => this.push(operator.id, row);
    const emitColumns: EmitColumns = (rows, source) => this.pushColumns(operator.id, rows, source);
    const guard = (row: Row, work: () => void): void => this.guard(row, work);
    switch (operator.kind) {
      case 'filter':
        return filter(code, { emit, emitColumns, guard });
      case 'project':
        return project(operator, code, { emit, emitColumns });
      case 'apply':
        return apply(operator, code, emit);
      case 'lookup':
        return lookup(operator, code, this.environment.references, emit);
      case 'analytic':
        return new AnalyticRuntime(operator, code, emitColumns, guard);
      case 'aggregate':
        return new AggregateRuntime(operator, code, emitColumns, guard);
      case 'join':
        return new JoinRuntime(operator, code, emitColumns, guard);
      case 'match':
        return new MatchRuntime(operator, code, emit, guard);
      case 'union':
        // In the trigger both sides are the same scan's rows, without state and without a window.
        return this.stage.kind === 'ingest' ? stateless(emit) : new UnionRuntime(emitColumns);
      case 'exchange':
        return exchange(code, this.routeOf(operator), () => this.leaving(operator), guard);
      case 'emit':
        return emitRows(code, { waits: this.stage.kind !== 'ingest', guard }, this.rowOutput(operator));
      case 'scan':
        throw new Error('a scan is read by the trigger, not by a pipeline');
    }
  }

  private rowOutput({ id, output }: EmitOperator): RowOutput {
    const last = (): EmittedRows | undefined => this.output.emitted[this.output.emitted.length - 1];
    return {
      windowed: (row) => {
        const run = last();
        this.left++;
        if (run?.operator === id && run.windowed) run.rows.push(row);
        else this.output.emitted.push({ output, operator: id, windowed: true, rows: [row] });
      },
      plain: (row) => {
        const run = last();
        this.left++;
        if (run?.operator === id && !run.windowed) run.rows.push(row);
        else this.output.emitted.push({ output, operator: id, windowed: false, rows: [row] });
      },
    };
  }

  /** A projection that only leaves columns out, on the way to an exchange: the exchange takes what it needs by itself. */
  private isPick(operator: Operator): operator is ProjectOperator {
    if (operator.kind !== 'project' || !operator.columns.every((column) => column.kind === 'register')) return false;
    const next = this.stage.operators.map((id) => this.operatorAt(id)).filter(({ inputs }) => inputs.includes(operator.id));
    return next.every((op) => op.kind === 'exchange' && op.key.length === 0);
  }

  private leaving({ id }: ExchangeOperator): (Columns | undefined)[] {
    this.left++;
    return (this.output.exchanged[id] ??= []);
  }

  private routeOf({ route, to, inputs }: ExchangeOperator): ExchangeRoute {
    const before = this.operatorAt(inputs[0] as number);
    const picks = this.isPick(before) ? before.columns.map((column) => (column as { index: number }).index) : undefined;
    const { shards } = this.program.plan.stages.find((stage) => stage.id === to) as Stage;
    return { shards: route === 'hash' ? shards : 1, picks };
  }

  /** An error of the query, or of Weir in evaluating it, concerns the row at hand; a fault (of reference data, say) stops the batch. */
  private guard(row: Row, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(row, error);
    }
  }

  private fail(row: Row, thrown: unknown): void {
    const error = rowError(thrown);
    if (error.disposition !== 'dead-letter' || this.environment.onError === 'stop') throw error;
    this.output.failures.push({ reason: error.code, message: error.message, row: toJsonText(row.r), n: row.n });
  }

  snapshot(blocks?: NewBlocks): unknown {
    return [...this.operators].map(([id, operator]) => [id, operator.snapshot(blocks), this.watermarks.get(id) ?? null]);
  }

  restore(data: unknown, blocks?: Blocks): void {
    for (const [id, state, watermark] of data as [number, unknown, Ticks | null][]) {
      this.operators.get(id)?.restore(state, blocks);
      if (watermark !== null) this.watermarks.set(id, watermark);
    }
  }
}

function emptyOutput(): PipelineOutput {
  return { exchanged: [], emitted: [], failures: [] };
}
