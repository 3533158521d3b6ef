import type { DataFormat } from './definition';

/** How a file is written, told by its ending: `.csv`, `.avro`, and everything else is JSON. */
export function formatByEnding(path: string): DataFormat {
  const ending = /\.(csv|avro)$/i.exec(path)?.[1];
  return ending === undefined ? 'json' : (ending.toLowerCase() as DataFormat);
}
