import { extreme } from './extreme';

export const max = extreme('max', -1);
