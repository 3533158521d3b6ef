import { randomUUID } from 'node:crypto';
import type { InboxMessage } from '../messages';
import { EventType, historyEvent } from '../orchestration/history';
import { createInstance, isFinal, removeInstance } from '../orchestration/instance';
import type { Instance, NewInstance } from '../orchestration/instance';
import { InvalidRequest, checkId, requireFunction } from '../validation';
import { jsonBody, page, pageStart, timeParameter } from './api';
import type { ApiRequest, ApiResponse, Call, DurableApi } from './api';
import { historyEvents, instanceStatus } from './instance-status';
import { managementUrls } from './management-urls';

/** POST orchestrators/{name}[/{id}][?version=] : 202 with the management URLs, 409 when an instance with this id runs. */
export const startInstance: Call = (api, request) => {
  const { name, id } = request.params;
  const instanceId = id ?? randomUUID().replaceAll('-', '');
  return start(api, request, { instanceId, name: name!, input: jsonBody(request), version: request.query.get('version') });
};

/** POST instances/{id}/restart[?restartWithNewInstanceId=] : the same orchestrator and input again. */
export const restartInstance: Call = (api, request) => {
  const instance = api.store.instance(request.params.id!);
  if (instance === undefined) return noInstance(request);
  const fresh = request.query.get('restartWithNewInstanceId')?.toLowerCase() !== 'false';
  const instanceId = fresh ? randomUUID().replaceAll('-', '') : instance.instanceId;
  return start(api, request, { instanceId, name: instance.name, input: instance.input, version: instance.version });
};

async function start(api: DurableApi, request: ApiRequest, instance: NewInstance): Promise<ApiResponse> {
  const { instanceId } = instance;
  requireFunction('orchestrator', instance.name, api.functions.orchestrators);
  // Entities have addresses of this form; the two must never meet.
  if (checkId(instanceId).startsWith('@')) throw new InvalidRequest(`The instance id "${instanceId}" begins with "@", which is for entities. Choose another id.`);
  const existing = api.store.instance(instanceId);
  if (api.creating.has(instanceId) || (existing !== undefined && !isFinal(existing.status))) {
    return { status: 409, body: { Message: `An instance with the id "${instanceId}" already exists and has not ended. Terminate it or choose another id.` } };
  }
  api.creating.add(instanceId);
  try {
    await api.store.commit((transaction) => void createInstance(api.store, transaction, instance, api.now()));
  } finally {
    api.creating.delete(instanceId);
  }
  const urls = managementUrls(request.baseUrl, api.taskHub, instanceId);
  return { status: 202, body: urls, headers: { location: urls.statusQueryGetUri!, 'retry-after': '10' } };
}

/** GET instances/{id} : 200 when it is over, 202 while it is not, 404. */
export const getInstance: Call = (api, request) => {
  const { query, params } = request;
  const instance = api.store.instance(params.id!);
  if (instance === undefined) return noInstance(request);
  const history = flag(query, 'showHistory') ? historyEvents(instance, api.store.history(instance.instanceId), flag(query, 'showHistoryOutput')) : undefined;
  const body = instanceStatus(instance, { showInput: showsInput(query), history });
  if (instance.status === 'Failed' && flag(query, 'returnInternalServerErrorOnFailure')) return { status: 500, body };
  if (isFinal(instance.status)) return { status: 200, body };
  return { status: 202, body, headers: { location: managementUrls(request.baseUrl, api.taskHub, instance.instanceId).statusQueryGetUri!, 'retry-after': '10' } };
};

/** GET instances/?createdTimeFrom&createdTimeTo&runtimeStatus&instanceIdPrefix&top : 200 with a page. */
export const listInstances: Call = (api, request) =>
  page(api.store.instances(pageStart(request)), request, {
    accept: instanceFilter(request.query),
    id: ({ instanceId }) => instanceId,
    show: (instance) => instanceStatus(instance, { showInput: showsInput(request.query) }),
  });

/** POST instances/{id}/raiseEvent/{name} : 202, 410 when it is over, 404. */
export const raiseEvent: Call = (api, request) => {
  const event = historyEvent(EventType.EventRaised, new Date(api.now()).toISOString(), { Name: request.params.name, Input: jsonBody(request) });
  return send(api, request, { kind: 'event', event });
};

export const terminateInstance: Call = (api, request) => send(api, request, { kind: 'terminate', reason: reasonOf(request) });
export const suspendInstance: Call = (api, request) => send(api, request, { kind: 'suspend', reason: reasonOf(request) });
export const resumeInstance: Call = (api, request) => send(api, request, { kind: 'resume', reason: reasonOf(request) });

/** POST instances/{id}/rewind : 501; Azure answers the same when the storage provider can not rewind. */
export const rewindInstance: Call = (api, request) => {
  if (api.store.instance(request.params.id!) === undefined) return noInstance(request);
  return { status: 501, body: JSON.stringify('The local host can not rewind an orchestration. Restart it (POST …/restart) to run it again with the same input.') };
};

async function send(api: DurableApi, request: ApiRequest, message: InboxMessage): Promise<ApiResponse> {
  const instanceId = request.params.id!;
  const instance = api.store.instance(instanceId);
  if (instance === undefined) return noInstance(request);
  if (isFinal(instance.status)) return { status: 410 };
  await api.store.commit((transaction) => transaction.inbox(instanceId, message));
  return { status: 202 };
}

/** DELETE instances/{id} : 200 with the count, 404 when there is none or it is not over. */
export const purgeInstance: Call = async (api, request) => {
  const instance = api.store.instance(request.params.id!);
  if (instance === undefined || !isFinal(instance.status)) return noInstance(request);
  return purge(api, [instance]);
};

/** DELETE instances/?createdTimeFrom&createdTimeTo&runtimeStatus : of those, every one that is over. */
export const purgeInstances: Call = (api, { query }) => {
  const accept = instanceFilter(query);
  return purge(api, [...api.store.instances()].filter((instance) => isFinal(instance.status) && accept(instance)));
};

async function purge(api: DurableApi, instances: readonly Instance[]): Promise<ApiResponse> {
  await api.store.commit((transaction) => {
    for (const instance of instances) removeInstance(api.store, transaction, instance);
  });
  return { status: instances.length === 0 ? 404 : 200, body: { instancesDeleted: instances.length } };
}

function instanceFilter(query: URLSearchParams): (instance: Instance) => boolean {
  const from = timeParameter(query, 'createdTimeFrom', -Infinity);
  const to = timeParameter(query, 'createdTimeTo', Infinity);
  const prefix = query.get('instanceIdPrefix') ?? '';
  const wanted = (query.get('runtimeStatus') ?? '').toLowerCase().split(',').filter((status) => status !== '');
  return ({ created, status, instanceId }) =>
    created >= from && created <= to && instanceId.startsWith(prefix) && (wanted.length === 0 || wanted.includes(status.toLowerCase()));
}

function noInstance({ params }: ApiRequest): ApiResponse {
  return { status: 404, body: JSON.stringify(`No orchestration instance with the id "${params.id}" was found.`) };
}

function reasonOf({ query }: ApiRequest): string {
  return query.get('reason') ?? '';
}

function flag(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

function showsInput(query: URLSearchParams): boolean {
  return query.get('showInput')?.toLowerCase() !== 'false';
}
