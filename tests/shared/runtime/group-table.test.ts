/** A group is found by its key, whichever way the key comes. */
import fc from 'fast-check';
import { createAccumulator, createAggregate } from '../../../shared/builtins/aggregates/registry';
import { GroupTable } from '../../../shared/runtime/operators/group-table';
import { bodyOf, readBody } from '../../../shared/runtime/state-base';
import { keyOf } from '../../../shared/values/key';
import type { SqlValue } from '../../../shared/values/value';

const OPTIONS = { distinct: false, constants: [], descending: [], type: 'any' as const };
const newTable = (): GroupTable => new GroupTable([createAccumulator('count', OPTIONS, createAggregate('count', OPTIONS))], true);
const TEXTS = ['a', 'b', '', '\u0000a', 'a\u001fb', '\u007f', '1', ...Array.from({ length: 100 }, (_, i) => `device-${i}`)];
const SOURCES = [{}, {}];

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('numbered' as const), source: fc.nat(1), text: fc.nat(TEXTS.length - 1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('value' as const), value: fc.oneof(fc.constantFrom<SqlValue>(1, 2n ** 60n, 2 ** 60, true, null, 'n1', '-'), fc.nat(TEXTS.length - 1).map((i) => TEXTS[i] as string)) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'restart' as const }, { kind: 'blocks' as const }, { kind: 'merge' as const }) },
);

it('with a number or without, after a restart, and when tables are put together', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const counts = new Map<string, number>();
      let table = newTable();
      const add = (value: SqlValue, slot: number): void => {
        table.accumulators[0]?.add(slot, 1, 0);
        counts.set(keyOf([value]), (counts.get(keyOf([value])) ?? 0) + 1);
      };
      for (const s of steps) {
        if (s.kind === 'numbered') add(TEXTS[s.text] as string, table.slotOfText(SOURCES[s.source] as object, s.source === 0 ? s.text : TEXTS.length - s.text, TEXTS[s.text] as string));
        else if (s.kind === 'value') add(s.value, table.slotOf(s.value));
        else {
          const other = newTable();
          if (s.kind === 'restart') other.restore(JSON.parse(JSON.stringify(table.snapshot())));
          else if (s.kind === 'blocks') {
            const { data, blocks } = readBody(bodyOf((into) => table.snapshot(into), 1).bytes());
            other.restore(data, blocks);
          } else {
            other.merge(table);
            other.merge(newTable());
          }
          table = other;
        }
      }
      const { prefix, texts } = table.keyTexts();
      expect(new Map(texts.map((text, slot) => [prefix + text, table.accumulators[0]?.result(slot)]))).toEqual(counts);
      expect(texts.length).toBe(counts.size);
    }),
    { numRuns: 1000 },
  );
});
