import { nextBatch } from '../../../../local/host/durable/mailbox';
import type { EntityMessage } from '../../../../local/host/durable/messages';

/** o = operation of a client, h/g = call of the orchestration h/g, H/G = its lock request, x/y = its unlock. */
function mail(text: string): { sequence: number; message: EntityMessage }[] {
  const caller = (executionId: string) => ({ instanceId: executionId, executionId });
  const operation = { kind: 'operation' as const, id: '', name: '', input: null, isSignal: false };
  const lock = { kind: 'lock' as const, id: '', lockSet: [], position: 0 };
  const messages: Record<string, EntityMessage> = {
    o: { ...operation, isSignal: true },
    h: { ...operation, caller: caller('h') },
    g: { ...operation, caller: caller('g') },
    H: { ...lock, caller: caller('h') },
    G: { ...lock, caller: caller('g') },
    x: { kind: 'unlock', caller: caller('h') },
    y: { kind: 'unlock', caller: caller('g') },
  };
  return [...text].map((letter, sequence) => ({ sequence, message: messages[letter]! }));
}

describe('nextBatch', () => {
  it.each([
    ['', undefined, undefined],
    ['ooo', undefined, 'operations 0 1 2'],
    ['ooooo', undefined, 'operations 0 1 2 3'],
    ['ohHo', undefined, 'operations 0 1'],
    ['Hoo', undefined, 'lock 0'],
    ['oohox', 'h', 'operations 2'],
    ['oGgx', 'h', 'unlock 3'],
    ['hxh', 'h', 'operations 0'],
    ['ooG', 'h', undefined],
    // Left over from a request that ended before it was granted.
    ['oy', 'h', 'unlock 1'],
    ['yo', undefined, 'unlock 0'],
  ])('%s locked by %s: %s', (text, lockedBy, expected) => {
    const batch = nextBatch(mail(text), lockedBy, { operations: 4, characters: 100 });
    const shown = batch === undefined ? undefined : batch.kind === 'control' ? `${batch.message.message.kind} ${batch.message.sequence}` : ['operations', ...batch.messages.map(({ sequence }) => sequence)].join(' ');
    expect(shown).toBe(expected);
  });

  it.each([
    [[60, 40, 1], 2],
    [[60, 41], 1],
    [[500, 1], 1],
  ])('takes of inputs with %j characters the first %i', (lengths, count) => {
    const entries = lengths.map((length, sequence) => ({ sequence, message: { kind: 'operation' as const, id: '', name: '', input: 'x'.repeat(length), isSignal: true } }));
    expect(nextBatch(entries, undefined, { operations: 9, characters: 100 })).toEqual({ kind: 'operations', messages: entries.slice(0, count) });
  });
});
