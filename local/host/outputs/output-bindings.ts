import type { AppFunction, Binding } from '../app-function';
import { forEachBounded } from '../bounded';
import type { InvocationResponse, RpcTypedData } from '../contract';
import type { FaultInjector } from '../faults';
import type { BindingSource } from './binding-expression';
import { blobOutput } from './blob-output';
import { CosmosOutput } from './cosmos-output';
import { eventHubOutput } from './event-hub-output';
import type { OutputBinding, OutputEnvironment, OutputValue } from './output';
import { queueOutput } from './queue-output';

/** How many outputs of one invocation are written at a time. */
const OUTPUTS_IN_FLIGHT = 16;

/** Writes what invocations return and set on their outputs. */
export class OutputBindings {
  /** By lower-cased binding type. `http` is the trigger's own. */
  private readonly types: Readonly<Record<string, OutputBinding>> = {
    blob: blobOutput,
    cosmosdb: new CosmosOutput(),
    eventhub: eventHubOutput,
    queue: queueOutput,
  };

  constructor(
    private readonly env: OutputEnvironment,
    private readonly faults: FaultInjector,
  ) {}

  /** Throws an Error for an output that could never be written: unknown type, missing property or setting. */
  validate(fn: AppFunction): void {
    for (const binding of fn.outputs) {
      if (isHttp(binding)) continue;
      const type = this.types[binding.type.toLowerCase()];
      if (type === undefined) {
        throw new Error(
          `Function "${fn.name}", binding "${binding.name}": the local host cannot write outputs of type "${binding.type}"; ` +
            `it has blob, cosmosDB, eventHub, queue and http. Disable the function with the setting "AzureWebJobs.${fn.name}.Disabled": "true".`,
        );
      }
      type.validate(fn, binding, this.env);
    }
  }

  /** Writes all outputs of one invocation side by side; rejects when one fails, once none is being written any more. */
  async write(fn: AppFunction, response: InvocationResponse, source: BindingSource): Promise<void> {
    const values = outputValues(fn, response, source);
    if (values.length === 0) return;
    this.faults.at('output:before');
    await forEachBounded(values, OUTPUTS_IN_FLIGHT, (value) => this.writeOne(value));
    this.faults.at('output:after');
  }

  private async writeOne(value: OutputValue): Promise<void> {
    try {
      await this.types[value.binding.type.toLowerCase()]!.write(value, this.env);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`Function "${value.fn.name}": the output "${value.binding.name}" (${value.binding.type}) was not written: ${message}`, { cause: error });
    }
  }
}

function outputValues(fn: AppFunction, response: InvocationResponse, source: BindingSource): OutputValue[] {
  const set = new Map<string, RpcTypedData | null | undefined>(response.outputData.map(({ name, data }) => [name, data]));
  set.set('$return', response.returnValue);
  return fn.outputs.flatMap((binding) => {
    const data = isHttp(binding) ? undefined : set.get(binding.name);
    return data ? [{ fn, binding, data, source }] : [];
  });
}

export function isHttp(binding: Binding): boolean {
  return binding.type.toLowerCase() === 'http';
}
