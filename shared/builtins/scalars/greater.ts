import { comparison } from './comparison';

export const greater = comparison('greater', (order) => order > 0);
