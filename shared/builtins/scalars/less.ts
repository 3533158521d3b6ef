import { comparison } from './comparison';

export const less = comparison('less', (order) => order < 0);
