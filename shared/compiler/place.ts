/**
 * Cuts the plan into stages (docs/architecture.md, "Stages"):
 *
 * - what needs no state runs where its input is; next to a scan that is the trigger (`ingest`);
 * - whatever needs order or state first goes to the partition stage of its scan, which knows the watermark;
 * - aggregates that can be merged are computed in part there, and finished in a group stage, sharded by the group key;
 * - all else is regrouped by its key, or to a single shard when it has none.
 */
import type { Expr } from '../program';
import type { Draft, DraftOf, DraftOperator, Graph } from './graph';
import { readsTime } from './layout';

export interface PlaceOptions {
  shards: number;
  /** Column by which an input's partitions were chosen, by lower-case input name. */
  partitionKeys: ReadonlyMap<string, string>;
  /** Whether an event that is too late in order is dropped: then every query with TIMESTAMP BY has to know the order. */
  dropsOutOfOrder: boolean;
}

interface Placed {
  id: number;
  stage: string;
  /** The scan that all its rows come from, while there is just one. */
  scan?: DraftOf<'scan'>;
}

export function place(source: Graph, target: Graph, options: PlaceOptions): void {
  new Placement(source, target, options).run();
}

class Placement {
  private readonly placed = new Map<number, Placed>();
  private readonly exchanges = new Map<string, Placed>();
  private groups = 0;

  constructor(
    private readonly source: Graph,
    private readonly target: Graph,
    private readonly options: PlaceOptions,
  ) {}

  run(): void {
    const needed = reachable(this.source);
    for (const operator of this.source.operators) if (needed.has(operator.id)) this.placed.set(operator.id, this.placeOne(operator));
  }

  private add(draft: Draft, stage: string, scan?: DraftOf<'scan'>): Placed {
    const operator = this.target.add(draft);
    operator.stage = stage;
    return { id: operator.id, stage, scan };
  }

  private placeOne(op: DraftOperator): Placed {
    const inputs = op.inputs.map((id) => this.placed.get(id) as Placed);
    const [first] = inputs as [Placed];
    switch (op.kind) {
      case 'scan': {
        const placed = this.add(op, `ingest.${op.input}`);
        return { ...placed, scan: this.target.get(placed.id) as DraftOf<'scan'> };
      }
      case 'aggregate':
        return this.placeAggregate(op, first);
      case 'analytic':
        return this.placeKeyed(op, this.ordered(first), sharedKey(op.calls.map((call) => call.partitionBy)));
      case 'match':
        return this.placeKeyed(op, this.ordered(first), op.partitionBy);
      case 'join':
        return this.placeJoin(op, inputs);
      case 'union':
        return this.placeUnion(op, inputs);
      default:
        return this.placeStateless(op, first);
    }
  }

  private placeStateless(op: DraftOperator, input: Placed): Placed {
    // Each event of a substream moves its time on, also one that a filter would take away.
    const needsOrder = input.scan?.timestamp && (readsTime(op) || this.options.dropsOutOfOrder || input.scan.over.length > 0);
    const at = needsOrder ? this.ordered(input) : input;
    return this.add({ ...op, inputs: [at.id] } as Draft, at.stage, at.scan);
  }

  /** In the partition stage at least, where rows have their final time and the watermark is known. */
  private ordered(input: Placed): Placed {
    if (!input.stage.startsWith('ingest.') || !input.scan) return input;
    return { ...this.exchange(input, 'partition', [], `partition.${input.scan.input}.${input.scan.id}`), scan: input.scan };
  }

  private exchange(input: Placed, route: 'partition' | 'hash' | 'single', key: Expr[], to: string): Placed {
    const name = `${input.id} ${to}`;
    const known = this.exchanges.get(name);
    if (known) return known;
    const operator = this.target.add({ kind: 'exchange', inputs: [input.id], route, key, to, outputs: [] });
    operator.stage = input.stage;
    const placed = { id: operator.id, stage: to };
    this.exchanges.set(name, placed);
    return placed;
  }

  private newGroup(keyed: boolean): string {
    return `group.${++this.groups}${keyed && this.options.shards > 1 ? '' : SINGLE}`;
  }

  /** In place when a single shard has all rows already; else regrouped by `key`. */
  private placeKeyed(op: DraftOperator, input: Placed, key: Expr[] | undefined): Placed {
    const keyed = key !== undefined && key.length > 0;
    if (input.stage.endsWith(SINGLE) || (input.scan && keyed && this.isPartitionKey(key, input.scan))) return this.add({ ...op, inputs: [input.id] } as Draft, input.stage, input.scan);
    const stage = this.newGroup(keyed);
    const at = this.exchange(input, keyed ? 'hash' : 'single', keyed ? key : [], stage);
    return this.add({ ...op, inputs: [at.id] } as Draft, stage);
  }

  /** Whether all rows with the same key come from the same partition: the key has the partition's number or the column that chose it. */
  private isPartitionKey(key: readonly Expr[], scan: DraftOf<'scan'>): boolean {
    const name = this.options.partitionKeys.get(scan.input.toLowerCase())?.toLowerCase();
    return key.some((expr) => {
      const column = expr.kind === 'register' ? scan.columns[scan.outputs.indexOf(expr.index)] : undefined;
      return column?.from === 'partition' || (column?.from === 'payload' && column.name.toLowerCase() === name);
    });
  }

  private placeAggregate(op: DraftOf<'aggregate'>, from: Placed): Placed {
    const input = this.ordered(from);
    const mergeable = op.windows.every((w) => w.kind === 'tumbling' || w.kind === 'hopping' || w.kind === 'snapshot') && op.aggregates.every((call) => call.script === undefined);
    if (!mergeable) return this.placeKeyed(op, input, rowKey(op));
    const local = input.stage.endsWith(SINGLE) || (input.scan && this.isPartitionKey(op.keys, input.scan));
    return local || !input.stage.startsWith('partition.') ? this.placeKeyed(op, input, op.keys) : this.split(op, input);
  }

  /** Partial aggregates in the partition stage, the final ones behind an exchange by the group key. */
  private split(op: DraftOf<'aggregate'>, input: Placed): Placed {
    const { target } = this;
    const keys = op.keys.map((key) => target.newColumn((key.kind === 'register' && target.columns[key.index]?.name) || 'key', key.type));
    const states = op.aggregates.map((call) => target.newColumn(`${call.name} so far`, 'any'));
    const partial = this.add({ ...op, phase: 'partial', inputs: [input.id], outputs: [...keys, ...states, target.newColumn('window', 'bigint')] }, input.stage);
    const registers: Expr[] = keys.map((index, i) => ({ kind: 'register', index, type: op.keys[i]?.type ?? 'any' }));
    const stage = this.newGroup(keys.length > 0);
    const at = this.exchange(partial, keys.length > 0 ? 'hash' : 'single', registers, stage);
    const aggregates = op.aggregates.map((call) => ({ ...call, value: undefined, orderBy: [] }));
    return this.add({ ...op, phase: 'final', inputs: [at.id], keys: registers, aggregates }, stage);
  }

  private placeJoin(op: DraftOf<'join'>, inputs: Placed[]): Placed {
    const [left, right] = inputs.map((input) => this.ordered(input)) as [Placed, Placed];
    if (left.stage === right.stage && left.stage.endsWith(SINGLE)) return this.add({ ...op, inputs: [left.id, right.id] }, left.stage);
    const keyed = op.leftKey.length > 0;
    const stage = this.newGroup(keyed);
    const a = this.exchange(left, keyed ? 'hash' : 'single', op.leftKey, stage);
    // A self-join reads one operator twice, under two keys: two exchanges.
    const b = left.id === right.id ? this.again(right, op.rightKey, stage) : this.exchange(right, keyed ? 'hash' : 'single', op.rightKey, stage);
    return this.add({ ...op, inputs: [a.id, b.id] }, stage);
  }

  private again(input: Placed, key: Expr[], to: string): Placed {
    const operator = this.target.add({ kind: 'exchange', inputs: [input.id], route: key.length > 0 ? 'hash' : 'single', key, to, outputs: [] });
    operator.stage = input.stage;
    return { id: operator.id, stage: to };
  }

  private placeUnion(op: DraftOperator, inputs: Placed[]): Placed {
    const [first] = inputs as [Placed];
    if (inputs.every((input) => input.stage === first.stage && input.scan === first.scan)) return this.add({ ...op, inputs: inputs.map((i) => i.id) } as Draft, first.stage, first.scan);
    const stage = this.newGroup(false);
    const ids = inputs.map((input) => this.exchange(this.ordered(input), 'single', [], stage).id);
    return this.add({ ...op, inputs: ids } as Draft, stage);
  }
}

/** Marks group stages with one shard: it has all rows, so anything may follow in place. */
export const SINGLE = '.single';

/** The key by which rows can be regrouped without splitting a window: none for sessions that span all keys. */
function rowKey(op: DraftOf<'aggregate'>): Expr[] | undefined {
  const sessions = op.windows.flatMap((w) => (w.kind === 'session' ? [w.partitionBy] : []));
  if (sessions.length === 0) return op.keys;
  const key = sharedKey(sessions);
  // Other windows beside a session must have all rows of their groups.
  const groups = op.keys.map((k) => JSON.stringify(k));
  return sessions.length === op.windows.length || key?.every((k) => groups.includes(JSON.stringify(k))) ? key : undefined;
}

function sharedKey(keys: Expr[][]): Expr[] | undefined {
  const [first] = keys;
  return first && keys.every((key) => JSON.stringify(key) === JSON.stringify(first)) ? first : undefined;
}

/** Operators that some output depends on. */
export function reachable(graph: Graph): Set<number> {
  const needed = new Set<number>();
  for (const operator of [...graph.operators].reverse()) {
    if (operator.kind === 'emit' || needed.has(operator.id)) {
      needed.add(operator.id);
      operator.inputs.forEach((id) => needed.add(id));
    }
  }
  return needed;
}
