import type { Target } from '../target';
import { amqp } from './amqp';
import { columns } from './columns';
import { cosmos } from './cosmos';
import { csv, gzip, json } from './decoders';
import { http } from './http';
import { sql } from './sql';

export const TARGETS: readonly Target[] = [json, columns, csv, gzip, sql, amqp, cosmos, http];
