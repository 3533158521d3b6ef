import { createRequire } from 'node:module';
import path from 'node:path';

/** What the host's durable engine answers; null when it takes signals by HTTP only. */
export type Answer = { status: number; body: string } | null;

/** Gives a signal to the durable engine in the host's thread. */
export type AskEngine = (url: string, body: string) => Promise<Answer>;

/** The part of axios that is used here. */
interface Axios {
  defaults: { adapter: unknown; transformRequest: Transform[] };
  getAdapter(adapter: unknown): Adapter;
}

interface RequestConfig {
  method?: string;
  url?: string;
  data?: unknown;
}

type Adapter = (config: RequestConfig) => Promise<unknown>;
type Transform = (this: RequestConfig, data: unknown, headers: unknown) => unknown;

/**
 * Lets the durable SDK's client signal entities without a request over HTTP: the engine is in this process. The SDK's axios gets an adapter that passes
 * those on, to `origin` only, and leaves everything else as it is. An app without the SDK stays as it is.
 */
export function installSignals(appDir: string, origin: string, ask: AskEngine): void {
  const axios = findAxios(appDir);
  if (axios === undefined) return;
  const { defaults } = axios;
  const send = axios.getAdapter(defaults.adapter);
  const transforms = defaults.transformRequest;
  const isSignal = ({ url }: RequestConfig): boolean => url !== undefined && url.startsWith(`${origin}/durabletask/entities/`);
  // The SDK's own text: it would only be parsed to see whether it is JSON.
  defaults.transformRequest = transforms.map((transform) => function (this: RequestConfig, data, headers) {
    return typeof data === 'string' && isSignal(this) ? data : transform.call(this, data, headers);
  });
  defaults.adapter = async (config: RequestConfig): Promise<unknown> => {
    const answer = config.method === 'post' && typeof config.data === 'string' && isSignal(config) ? await ask(config.url as string, config.data) : null;
    return answer === null ? send(config) : { data: answer.body, status: answer.status, statusText: '', headers: {}, config };
  };
}

/** The axios that the app's durable SDK uses. */
function findAxios(appDir: string): Axios | undefined {
  try {
    const sdk = createRequire(path.join(appDir, 'package.json')).resolve('durable-functions');
    return (createRequire(sdk)('axios') as { default: Axios }).default;
  } catch {
    return undefined;
  }
}
