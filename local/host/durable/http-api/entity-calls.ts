import { randomUUID } from 'node:crypto';
import { entityIdOf, schedulerId } from '../messages';
import type { OperationMessage } from '../messages';
import type { EntityRecord } from '../transaction';
import { checkId, requireFunction } from '../validation';
import { jsonBody, page, pageStart, timeParameter } from './api';
import type { ApiResponse, Call } from './api';

/** POST entities/{name}/{key}?op= : 202 once the signal is durable. */
export const signalEntity: Call = async (api, request) => {
  const { name, key } = request.params as { name: string; key: string };
  requireFunction('entity', name, api.functions.entities);
  const id = checkId(schedulerId({ name, key }));
  const operation = request.query.get('op') ?? '';
  const message: OperationMessage = { kind: 'operation', id: randomUUID(), name: operation, input: jsonBody(request), isSignal: true };
  await api.store.commit((transaction) => {
    for (let copies = api.faults.duplicate() ? 2 : 1; copies > 0; copies--) {
      const delayMs = api.faults.delayMs();
      if (delayMs > 0) transaction.due(api.now() + delayMs, { kind: 'mail', entity: id, message });
      else transaction.mail(id, message, api.faults.reorder());
    }
  });
  return { status: 202 };
};

/** GET entities/{name}/{key} : 200 with the state, or 404. */
export const readEntity: Call = (api, { params }) => {
  const record = api.records.get(schedulerId({ name: params.name!, key: params.key! }));
  return record.exists ? { status: 200, body: record.state ?? 'null' } : { status: 404 };
};

/** GET entities[/{name}]?fetchState&lastOperationTimeFrom&lastOperationTimeTo&top : 200 with a page of entities. */
export const listEntities: Call = (api, request): ApiResponse => {
  const { params, query } = request;
  const from = timeParameter(query, 'lastOperationTimeFrom', -Infinity);
  const to = timeParameter(query, 'lastOperationTimeTo', Infinity);
  const withState = query.get('fetchState')?.toLowerCase() === 'true';
  const name = params.name?.toLowerCase();
  return page(api.store.entities(name, pageStart(request)), request, {
    accept: ([, { exists, modified }]) => exists && modified >= from && modified <= to,
    id: ([id]) => id,
    show: ([id, record]) => ({
      entityId: entityIdOf(id),
      lastOperationTime: new Date(record.modified).toISOString(),
      ...(withState ? { state: stateOf(record) } : {}),
    }),
  });
};

function stateOf({ state }: EntityRecord): unknown {
  return state === null ? null : JSON.parse(state);
}
