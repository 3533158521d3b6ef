import type { AppFunction, Binding } from '../app-function';
import type { RpcTypedData } from '../contract';
import type { HostJson } from '../host-json';
import type { AppSettings } from '../settings';
import type { BindingSource } from './binding-expression';
import type { Clients } from './clients';

/** What the output bindings share. */
export interface OutputEnvironment {
  clients: Clients;
  settings: AppSettings;
  hostJson: HostJson;
}

/** One value that one invocation set on one output. */
export interface OutputValue {
  fn: AppFunction;
  binding: Binding;
  data: RpcTypedData;
  source: BindingSource;
}

/** One type of output binding. */
export interface OutputBinding {
  /** Throws an Error at start-up when the binding's settings or properties are missing. */
  validate(fn: AppFunction, binding: Binding, env: OutputEnvironment): void;
  /** Resolves once the service has acknowledged everything; rejects when any part failed. */
  write(value: OutputValue, env: OutputEnvironment): Promise<void>;
}

/** How many requests one output of one invocation has in flight. */
export const WRITES_IN_FLIGHT = 16;
