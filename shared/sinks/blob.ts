import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { OutputBatch, OutputRow } from '../event';
import type { SqlRecord } from '../values/value';
import { rowFile, type RowFile } from '../formats/row-file';
import { HEAD, parseBlockId, planBlock, TAIL, type Block, type BlockPlan } from './block-list';
import { forEachBounded } from './bounded';
import type { PathPattern } from './path-pattern';
import { refusedRow } from './dead-letter';
import type { Sink, WriteContext } from './sink';

export interface BlobSinkOptions {
  output: string;
  container: ContainerClient;
  path: PathPattern;
  /** How rows are written; default NDJSON. */
  file?: RowFile;
  /** Blocks per blob before another is begun; Azure's limit is 50,000. */
  maxBlocks?: number;
}

/** How often a lost race for a blob is run again before the batch is given back to be retried. */
const ATTEMPTS = 8;

/** Blobs of one batch that are written at the same time. */
const BLOBS_IN_FLIGHT = 8;

interface BlobState {
  blocks: Block[];
  etag: string | undefined;
}

const JSON_LINES = rowFile({ format: 'json' });

/**
 * Rows in block blobs: `<path>/<output>_<writer>.json`, one file per path and writer (and shape of rows, where its format needs that). A block's id is the range of positions in it, so a
 * batch that comes again overwrites or skips and never appends twice; two writers of one blob are kept apart by its ETag.
 */
export function createBlobSink(options: BlobSinkOptions): Sink {
  const known = new Map<string, BlobState>();
  let container: Promise<unknown> | undefined;
  return {
    output: options.output,
    write: async (batches, context) => {
      container ??= options.container.createIfNotExists();
      await container.catch((error: unknown) => {
        container = undefined;
        throw error;
      });
      // One after another: batches of one writer share a blob and are in order.
      for (const batch of batches) {
        const parts = [...byPath(batch, options)];
        await forEachBounded(parts, BLOBS_IN_FLIGHT, ([path, rows]) => writeOrRefuse(path, { ...batch, rows }, { options, known, context }));
      }
    },
  };
}

function byPath(batch: OutputBatch, { output, path, file = JSON_LINES }: BlobSinkOptions): Map<string, OutputRow[]> {
  const parts = new Map<string, OutputRow[]>();
  for (const row of batch.rows) {
    const folder = path(row.t, row.values).replace(/\/+$/, '');
    const name = `${folder === '' ? '' : `${folder}/`}${output}_${batch.writer}${file.shapeOf(row.values)}`;
    const rows = parts.get(name);
    if (rows) rows.push(row);
    else parts.set(name, [row]);
  }
  return parts;
}

/** Longest name of a blob. https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const MAX_NAME = 1024;
/** What the service says of a name or content that it will never take. */
const REFUSALS = ['InvalidResourceName', 'InvalidUri', 'OutOfRangeInput', 'RequestBodyTooLarge'];

async function writeOrRefuse(path: string, part: OutputBatch, { options, known, context }: { options: BlobSinkOptions; known: Map<string, BlobState>; context: WriteContext }): Promise<void> {
  const refuse = (reason: string, message: string): void => part.rows.forEach((row) => context.refuse(refusedRow(part, row, reason, `${message} (output ${options.output})`)));
  // Room for the number of a further part.
  if (`${path}_99999.json`.length > MAX_NAME) return refuse('invalid-path', `the path has ${path.length} characters; a blob's name has at most ${MAX_NAME}`);
  try {
    await writePart(path, part, options, known);
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!REFUSALS.includes(code)) throw error;
    refuse('refused-by-output', `Blob storage refused the rows with ${code}`);
  }
}

async function writePart(path: string, batch: OutputBatch, options: BlobSinkOptions, known: Map<string, BlobState>): Promise<void> {
  const limit = options.maxBlocks ?? 49_000;
  let rest: OutputBatch | undefined = batch;
  for (let part = 1; rest; part++) {
    const { extension } = options.file ?? JSON_LINES;
    const name = part === 1 ? `${path}.${extension}` : `${path}_${part}.${extension}`;
    rest = await writeBlob(options.container.getBlockBlobClient(name), rest, { known, limit, file: options.file ?? JSON_LINES });
  }
}

/** What is left for the next blob, because this one is full and does not have it yet. */
async function writeBlob(blob: BlockBlobClient, batch: OutputBatch, { known, limit, file }: { known: Map<string, BlobState>; limit: number; file: RowFile }): Promise<OutputBatch | undefined> {
  for (let attempt = 1; ; attempt++) {
    const state = known.get(blob.name) ?? (await readState(blob));
    const plan = planBlock(state.blocks, batch);
    if (plan.rows.length === 0) return undefined;
    if (plan.ids.length > limit && plan.ids.length > state.blocks.length) return { ...batch, first: (plan.rows[0] as OutputRow).n, rows: plan.rows };
    // A blob of which blocks were staged and none committed, for its writer died in between, is not there for a condition. Azurite gives it an ETag all the same, as a
    // blob that was committed empty has one: the first try takes it for the one, the next for the other.
    const etag = state.blocks.length === 0 && attempt % 2 === 1 ? undefined : state.etag;
    try {
      const etagAfter = await commit(blob, plan, { etag, file });
      remember(known, blob.name, { blocks: plan.ids.map((id) => parseBlockId(id) as Block), etag: etagAfter });
      return undefined;
    } catch (error) {
      known.delete(blob.name);
      if (!isLostRace(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function readState(blob: BlockBlobClient): Promise<BlobState> {
  try {
    const list = await blob.getBlockList('committed');
    const blocks = (list.committedBlocks ?? []).flatMap((block) => parseBlockId(block.name) ?? []);
    return { blocks, etag: list.etag };
  } catch (error) {
    if (statusOf(error) === 404) return { blocks: [], etag: undefined };
    throw error;
  }
}

async function commit(blob: BlockBlobClient, plan: BlockPlan, { etag, file }: { etag: string | undefined; file: RowFile }): Promise<string | undefined> {
  const stage = async (id: string, text: string): Promise<string[]> => {
    const body = Buffer.from(text);
    if (body.byteLength > 0) await blob.stageBlock(id, body, body.byteLength);
    return body.byteLength > 0 ? [id] : [];
  };
  const values = plan.rows.map((row) => row.values);
  // Small and always the same, so that they are staged again with every block.
  const [head, tail] = [await stage(HEAD, file.head(values[0] as SqlRecord)), await stage(TAIL, file.tail)];
  await stage(plan.id, file.text(values, plan.id === plan.ids[0]));
  const conditions = etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag };
  const done = await blob.commitBlockList([...head, ...plan.ids, ...tail], { conditions, blobHTTPHeaders: { blobContentType: file.contentType } });
  return done.etag;
}

/** Blobs of past hours are not written again: only the latest are kept in mind. */
function remember(known: Map<string, BlobState>, name: string, state: BlobState): void {
  known.delete(name);
  known.set(name, state);
  const oldest = known.keys().next().value;
  if (known.size > 500 && oldest !== undefined) known.delete(oldest);
}

function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** Someone else created (409) or changed (412) the blob, or committed away the block that was staged (400 InvalidBlockList). */
function isLostRace(error: unknown): boolean {
  const status = statusOf(error);
  return status === 409 || status === 412 || (status === 400 && (error as { code?: string }).code === 'InvalidBlockList');
}
