import { isDeepStrictEqual } from 'node:util';
import type { ColumnReader } from '../../../shared/event';
import { EventColumns } from '../../../shared/event/columns';
import { createDecoder, openColumnsOf, type FormatOptions } from '../../../shared/formats/decoder';
import { member } from '../../../shared/values/fields';
import type { SqlValue } from '../../../shared/values/value';
import type { Target } from '../target';
import { json } from './decoders';

const OPTIONS: FormatOptions = { format: 'json', booleansAsBit: true };
const NAMES = ['a', 'b', 'd', 't', '__proto__'];

/** What is read of single columns is what the decoder reads of the whole event, whatever the bytes are. */
export const columns: Target = {
  name: 'columns',
  corpus: json.corpus,
  words: json.words,
  start: async () => {
    const decode = createDecoder(OPTIONS);
    const reader = openColumnsOf(OPTIONS)?.(NAMES, -1) as ColumnReader;
    return {
      feed: (input) => {
        const found: SqlValue[] = [];
        reader.open(EventColumns.of([{ sequenceNumber: 0, enqueued: 0, body: input }]), 0);
        if (!reader.take(0, found)) return;
        const records = decode(input);
        const wanted = NAMES.map((name) => member(records[0] ?? {}, name));
        if (records.length !== 1 || !isDeepStrictEqual(Array.from(NAMES, (_, i) => found[i] ?? null), wanted)) throw new Error(`the columns are read as ${JSON.stringify(found.map(String))}, the event is ${JSON.stringify(wanted.map(String))}`);
      },
      stop: async () => undefined,
    };
  },
};
