import type { DeadLetter, OutputBatch } from '../../../shared/event';
import { createCosmosBindingSink } from '../../../shared/sinks/cosmos';
import { documentOf } from '../../../shared/sinks/cosmos-documents';
import { messageText } from '../../../shared/sinks/event-hub-messages';
import { DateTime, type SqlRecord } from '../../../shared/values/value';

const values: SqlRecord = { region: 'x', at: new DateTime(0), big: 9007199254740993n };
const row = (more: SqlRecord = {}, id = 'w/1') => ({ n: 1, id, t: 0, values: { ...values, ...more } });
const cosmos = { job: 'j', output: 'o', partitionKey: '/region' };

describe('documents', () => {
  it('have an id that is always the same for the same row', () => {
    const one = documentOf(row(), cosmos);
    expect(one).toMatchObject({ region: 'x', at: '2020-01-01T00:00:00.0000000Z', big: '9007199254740993' });
    expect(one.id).toMatch(/^[0-9a-f]{32}$/);
    expect(documentOf(row(), cosmos).id).toBe(one.id);
    expect(documentOf(row(), { ...cosmos, job: 'other' }).id).not.toBe(one.id);
    expect(documentOf(row({}, 'w/2'), cosmos).id).not.toBe(one.id);
  });

  it.each<[SqlRecord, string | undefined, string]>([
    [{ id: 7 }, undefined, '7'],
    [{ id: 'own' }, 'REGION', 'x'],
    [{ id: 'own', region: null }, 'region', 'own'],
    [{ ID: 'upper' }, undefined, 'upper'],
  ])('of %j with the id column %s have the id %s', (more, documentId, id) => expect(documentOf(row(more), { ...cosmos, documentId }).id).toBe(id));

  const write = async (rows: OutputBatch['rows'], documentId?: string): Promise<{ documents: unknown[]; letters: DeadLetter[] }> => {
    const [documents, letters]: [unknown[], DeadLetter[]] = [[], []];
    const batch: OutputBatch = { output: 'o', writer: 'w', first: 1, last: 9, rows };
    await createCosmosBindingSink({ ...cosmos, documentId }).write([batch], { bind: (_output, items) => documents.push(...items), refuse: (letter) => letters.push(letter) });
    return { documents, letters };
  };

  it('of one key leave only the last of a write, for the service gets them in any order', async () => {
    const { documents } = await write([row({ id: 'a', v: 1 }), row({ id: 'b', v: 2 }), row({ id: 'a', v: 3 }), row({ id: 'a', v: 4, region: 'y' })]);
    expect(documents).toMatchObject([{ id: 'a', v: 3, region: 'x' }, { id: 'b', v: 2 }, { id: 'a', v: 4, region: 'y' }]);
  });

  it.each<[string, SqlRecord]>([
    ['invalid-document-id', { id: 'a/b' }],
    ['invalid-document-id', { id: '' }],
    ['row-too-large', { text: 'x'.repeat(2_100_000) }],
  ])('that can never be stored are refused as %s', async (reason, more) => {
    const { documents, letters } = await write([row(more), row({ id: 'fine' })]);
    expect(documents).toHaveLength(1);
    expect(letters).toMatchObject([{ reason, output: 'o', input: 'w', sequenceNumber: 1 }]);
    expect(JSON.parse(letters[0]?.body as string)).toMatchObject({ region: 'x' });
  });
});

describe('messages', () => {
  it('carry the identity in the body when asked to', () => {
    expect(messageText(row(), { job: 'j', output: 'o', identity: 'none' })).toBe('{"region":"x","at":"2020-01-01T00:00:00.0000000Z","big":9007199254740993}');
    expect(messageText(row(), { job: 'j', output: 'o', identity: 'body' })).toMatch(/^\{"_id":"[0-9a-f]{32}","region"/);
  });
});
