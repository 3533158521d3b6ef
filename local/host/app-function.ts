import type { FunctionMetadata, RawBinding, RetryOptions } from './contract';
import type { AppSettings, SettingUse } from './settings';

/** A binding with its name and with every `%SETTING%` replaced. */
export interface Binding extends RawBinding {
  name: string;
}

/** A function of the app, ready to be triggered. */
export interface AppFunction {
  name: string;
  functionId: string;
  trigger: Binding;
  inputs: Binding[];
  /** Includes `$return`, if the function has one. */
  outputs: Binding[];
  retry: RetryOptions | undefined;
}

/** These name things for the host itself and are never expressions. */
const LITERAL_PROPERTIES = new Set(['type', 'direction', 'name', 'connection', 'dataType']);

/**
 * Binds what the app registered to the app's settings; functions switched off by `AzureWebJobs.NAME.Disabled` are left out.
 * Throws an Error that names function, binding and setting when a setting is missing.
 */
export function bindFunctions(registered: readonly FunctionMetadata[], settings: AppSettings): AppFunction[] {
  return registered.filter(({ name }) => !settings.isTrue(`AzureWebJobs.${name}.Disabled`)).map((metadata) => bindFunction(metadata, settings));
}

function bindFunction(metadata: FunctionMetadata, settings: AppSettings): AppFunction {
  const bindings = Object.entries(metadata.bindings).map(([name, raw]) => expandBinding(metadata.name, { ...raw, name }, settings));
  const isTrigger = (binding: Binding): boolean => /trigger$/i.test(binding.type);
  const trigger = bindings.find(isTrigger);
  if (trigger === undefined) throw new Error(`Function "${metadata.name}" has no trigger binding.`);
  return {
    name: metadata.name,
    functionId: metadata.functionId,
    trigger,
    inputs: bindings.filter((binding) => binding.direction === 'in' && !isTrigger(binding)),
    outputs: bindings.filter((binding) => binding.direction === 'out'),
    retry: metadata.retryOptions,
  };
}

function expandBinding(functionName: string, binding: Binding, settings: AppSettings): Binding {
  const expanded = Object.entries(binding).map(([property, value]) => {
    if (typeof value !== 'string' || LITERAL_PROPERTIES.has(property)) return [property, value];
    return [property, settings.expand(value, settingUse(functionName, binding, property))];
  });
  return Object.fromEntries(expanded) as Binding;
}

/** Says where a setting is used, for error messages. */
export function settingUse(functionName: string, binding: Binding, property: string): SettingUse {
  return { functionName, bindingName: binding.name, bindingType: binding.type, property };
}

/** A text property of a binding; throws when the app left it out. */
export function requireText(functionName: string, binding: Binding, property: string): string {
  const value = binding[property];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`Function "${functionName}", binding "${binding.name}" (${binding.type}): the property "${property}" is missing. Give it in the function's registration.`);
}
