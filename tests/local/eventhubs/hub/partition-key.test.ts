import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { partitionOfKey } from '../../../../local/eventhubs/hub/partition-key';

/** The SDK's own mapper, which it does not export: its file is loaded as it is. */
function sdkMapper(): (key: string, count: number) => number {
  const root = path.dirname(require.resolve('@azure/event-hubs/package.json'));
  const source = readFileSync(path.join(root, 'dist/commonjs/impl/partitionKeyToIdMapper.js'), 'utf8');
  const module = { exports: {} as { mapPartitionKeyToId: (key: string, count: number) => number } };
  new Function('module', 'exports', 'require', source)(module, module.exports, require);
  return module.exports.mapPartitionKeyToId;
}

describe('partitionOfKey', () => {
  it('sends every key where the SDK sends it', () => {
    const oracle = sdkMapper();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 32 }), (key, count) => {
        expect(partitionOfKey(key, count)).toBe(oracle(key, count));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([0, 1, 11, 12, 13, 24, 25, 128])('agrees at the block boundary of %i bytes', (length) => {
    expect(partitionOfKey('k'.repeat(length), 32)).toBe(sdkMapper()('k'.repeat(length), 32));
  });
});
