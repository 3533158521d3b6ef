import { readFileSync } from 'node:fs';
import type { Row } from './case';

/** Rows of a file: a JSON array, an object, or an object a line; none in an empty file. Throws what JSON.parse throws. */
export function readRows(file: string): Row[] {
  const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') return [];
  try {
    const parsed = JSON.parse(text) as Row | Row[];
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
  }
}
