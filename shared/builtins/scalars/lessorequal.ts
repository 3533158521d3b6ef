import { comparison } from './comparison';

export const lessorequal = comparison('lessorequal', (order) => order <= 0);
