import type { DataFormat } from '../definition';
import type { ProjectFile } from './project-file';

const FORMATS: Readonly<Record<string, DataFormat>> = { Json: 'json', Csv: 'csv', Avro: 'avro' };
const COMPRESSIONS = { None: 'none', GZip: 'gzip', Deflate: 'deflate' } as const;

export interface Serialization {
  format: DataFormat;
  delimiter?: string;
}

/** `Serialization` of an input. A format that is not possible is reported and read as JSON. */
export function readSerialization(file: ProjectFile): Serialization {
  const section = file.section('Serialization');
  const format = section.choice('Type', FORMATS, 'json');
  section.choice('Encoding', { UTF8: true }, true);
  return { format, ...delimiterOf(section, format) };
}

/** Of a local file: `Format` beside the path in older projects, `Serialization` in newer ones. undefined: by the file's ending. */
export function readLocalFormat(file: ProjectFile): Partial<Serialization> {
  if (file.text('Format') === undefined) return file.section('Serialization').text('Type') === undefined ? {} : readSerialization(file);
  const format = file.choice('Format', FORMATS, 'json');
  return { format, ...delimiterOf(file, format) };
}

export function readCompression(file: ProjectFile): 'none' | 'gzip' | 'deflate' {
  return file.choice('CompressionType', COMPRESSIONS, 'none');
}

function delimiterOf(file: ProjectFile, format: DataFormat): { delimiter?: string } {
  if (format !== 'csv') return {};
  return { delimiter: file.choice('FieldDelimiter', { ',': ',', ';': ';', ' ': ' ', '\t': '\t', '|': '|' }, ',') };
}

/** How an output is written, or why it cannot be. An array in a message of an Event Hub is not possible: each row is a message. */
export function readOutputFormat(file: ProjectFile, target: 'file' | 'message'): { format: 'json' | 'json-array' | 'csv'; delimiter?: string } | { refused: string } {
  const section = file.section('Serialization');
  const [type, form] = [section.text('Type') ?? 'Json', section.text('Format') ?? 'LineSeparated'];
  const possible = target === 'file' ? ['Json', 'Csv'] : ['Json'];
  if (!possible.some((known) => known.toLowerCase() === type.toLowerCase())) return { refused: `${section.at('Type')}: ${type} is not possible; possible are ${possible.join(', ')}` };
  if (type.toLowerCase() === 'csv') return { format: 'csv', ...delimiterOf(section, 'csv') };
  if (form.toLowerCase() === 'lineseparated') return { format: 'json' };
  return form.toLowerCase() === 'array' && target === 'file' ? { format: 'json-array' } : { refused: `${section.at('Format')}: ${form} is not possible; possible is LineSeparated` };
}
