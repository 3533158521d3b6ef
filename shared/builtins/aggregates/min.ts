import { extreme } from './extreme';

export const min = extreme('min', 1);
