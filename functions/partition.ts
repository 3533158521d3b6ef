import { registerEntity } from './bindings/entity';

/** One entity per partition of an input: order, watermark, partial aggregates (shared/runtime/partition.ts). */
registerEntity('partition');
