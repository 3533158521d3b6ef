/** What Azure publishes of its own limits, and what host.json asks of it: the arithmetic of docs/performance.md, of `weir explain` and of the benchmarks. */

/** `maxEventBatchSize` in host.json. */
export const EVENTS_PER_BATCH = 1000;
/** What one throughput unit of Event Hubs (Standard) takes in a second. */
export const THROUGHPUT_UNIT = { events: 1000, bytes: 1_000_000 };
/** Operations of durable entities a second: of a task hub in Azure Storage, of a Durable Task Scheduler (Consumption), of a unit of a dedicated one. */
export const ENTITY_OPERATIONS = { azureStorage: 64, schedulerConsumption: 500, schedulerUnit: 2000 };
