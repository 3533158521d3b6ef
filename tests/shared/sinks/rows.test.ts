import type { OutputBatch } from '../../../shared/event';
import { cosmosDocuments } from '../../../shared/sinks/cosmos-documents';
import { eventHubMessages } from '../../../shared/sinks/event-hub-messages';
import { DateTime } from '../../../shared/values/value';

const batch: OutputBatch = { output: 'o', writer: 'w', first: 1, last: 1, rows: [{ n: 1, id: 'w/1', t: 0, values: { region: 'x', at: new DateTime(0), big: 9007199254740993n } }] };

describe('documents', () => {
  it('have an id that is always the same for the same row', () => {
    const [one] = cosmosDocuments([batch], { job: 'j', output: 'o' });
    expect(one).toMatchObject({ region: 'x', at: '2020-01-01T00:00:00.0000000Z', big: '9007199254740993' });
    expect(one?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(cosmosDocuments([batch], { job: 'j', output: 'o' })[0]?.id).toBe(one?.id);
    expect(cosmosDocuments([batch], { job: 'other', output: 'o' })[0]?.id).not.toBe(one?.id);
  });

  it('use the declared column', () => expect(cosmosDocuments([batch], { job: 'j', output: 'o', documentId: 'REGION' })[0]?.id).toBe('x'));
});

describe('messages', () => {
  it('carry the identity in the body when asked to', () => {
    expect(eventHubMessages([batch], { job: 'j', output: 'o', identity: 'none' })).toEqual(['{"region":"x","at":"2020-01-01T00:00:00.0000000Z","big":9007199254740993}']);
    expect(eventHubMessages([batch], { job: 'j', output: 'o', identity: 'body' })[0]).toMatch(/^\{"_id":"[0-9a-f]{32}","region"/);
  });
});
