import { comparison } from './comparison';

export const greaterorequal = comparison('greaterorequal', (order) => order >= 0);
