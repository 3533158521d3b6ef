import type { ContainerClient } from '@azure/storage-blob';

/** The container of Azure's hosts for their own records. */
export const HOSTS_CONTAINER = 'azure-webjobs-hosts';

/** Milliseconds since the epoch; 0 = never. */
export interface ScheduleStatus {
  last: number;
  next: number;
  lastUpdated: number;
}

/** .NET's DateTime.MinValue, which the host writes for "never". */
const NEVER = '0001-01-01T00:00:00';

/** Timer status as Azure keeps it: `timers/HOST/Host.Functions.NAME/status`, JSON {Last, Next, LastUpdated}. */
export class ScheduleStatusStore {
  constructor(
    private readonly container: () => Promise<ContainerClient>,
    private readonly hostId: string,
  ) {}

  async read(functionName: string): Promise<ScheduleStatus | null> {
    const container = await this.container();
    try {
      const text = (await container.getBlobClient(this.path(functionName)).downloadToBuffer()).toString('utf8');
      return fromStatusJson(JSON.parse(text) as StatusJson);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return null;
      throw error;
    }
  }

  async write(functionName: string, status: ScheduleStatus): Promise<void> {
    const container = await this.container();
    const text = JSON.stringify(toStatusJson(status));
    await container.getBlockBlobClient(this.path(functionName)).upload(text, Buffer.byteLength(text));
  }

  private path(functionName: string): string {
    return `timers/${this.hostId}/Host.Functions.${functionName}/status`;
  }
}

export interface StatusJson {
  Last: string;
  Next: string;
  LastUpdated: string;
}

/** With an offset, as the .NET host on a machine in UTC writes local times. */
export function toStatusJson({ last, next, lastUpdated }: ScheduleStatus): StatusJson {
  const format = (time: number): string => (time === 0 ? NEVER : new Date(time).toISOString().replace(/\.000Z$/, '+00:00').replace(/Z$/, '+00:00'));
  return { Last: format(last), Next: format(next), LastUpdated: format(lastUpdated) };
}

function fromStatusJson(json: StatusJson): ScheduleStatus {
  const parse = (text: string): number => (text.startsWith('0001-') ? 0 : Date.parse(text) || 0);
  return { last: parse(json.Last), next: parse(json.Next), lastUpdated: parse(json.LastUpdated) };
}
