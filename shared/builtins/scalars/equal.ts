import { comparison } from './comparison';

export const equal = comparison('equal', (order) => order === 0);
