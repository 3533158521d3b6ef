import type { AppFunction } from '../../app-function';
import type { Endpoint } from './http-trigger';

export interface AdminState {
  hostId: string;
  startedAt: number;
  functions: readonly AppFunction[];
  endpoints: readonly Endpoint[];
  /** `http://localhost:7071` */
  baseUrl: string;
}

/**
 * The part of the host's admin API that tools ask for: `/admin/host/status`, `/admin/host/ping`, `/admin/functions` and
 * `/admin/functions/NAME`. Undefined for any other path.
 */
export function adminResponse(path: string, state: AdminState, now: number): unknown {
  const [, , area, name] = path.replace(/\/$/, '').split('/');
  if (area === 'host' && name === 'status') {
    return { id: state.hostId, state: 'Running', version: '4.0.0', versionDetails: 'local', processUptime: now - state.startedAt };
  }
  if (area === 'host' && name === 'ping') return {};
  if (area !== 'functions') return undefined;
  const functions = state.functions.map((fn) => describe(fn, state));
  return name === undefined ? functions : functions.find((fn) => fn.name.toLowerCase() === decodeURIComponent(name).toLowerCase());
}

function describe(fn: AppFunction, { baseUrl, endpoints }: AdminState): { name: string; [property: string]: unknown } {
  const endpoint = endpoints.find((candidate) => candidate.fn === fn);
  return {
    name: fn.name,
    href: `${baseUrl}/admin/functions/${fn.name}`,
    invoke_url_template: endpoint === undefined ? null : `${baseUrl}/${endpoint.route.template.replace(/^\//, '')}`,
    language: 'node',
    config: { bindings: [fn.trigger, ...fn.inputs, ...fn.outputs] },
    isDisabled: false,
  };
}
