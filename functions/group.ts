import { registerEntity } from './bindings/entity';

/** One entity per shard of a group stage: final windows, joins, LAG, sessions (shared/runtime/group.ts). */
registerEntity('group');
