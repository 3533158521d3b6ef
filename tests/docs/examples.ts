/**
 * Examples in Markdown. A heading of level 3 or 4 with code spans opens an entry: each span names a word of the language, up to its parenthesis
 * (`ABS(value)` is the word ABS). An example is a block of SQL and the blocks that follow it, told apart by the words behind their opening fence:
 *
 * - `sql`: the query; an HTML comment in the line before it holds settings, for example `<!-- late: 5s, action: drop -->`
 * - `json input [name]`: events, one a line; `// arrives TIME` and `// metadata {…}` behind one say more about it, and with `// body` the line is the body as a JSON text
 * - `json reference name`, `js udf.name`: reference data, a function
 * - `json output [name]`: all rows of the output, in any order
 * - `text dead`: the reasons for which events were set aside, one a line
 * - `text error`: the whole text with which the query is refused
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface ExampleEvent {
  body: string;
  arrives?: string;
  metadata?: string;
}

export interface Example {
  /** For test names and messages: `string.md:12`. */
  at: string;
  sql: string;
  settings: Record<string, string>;
  inputs: Record<string, ExampleEvent[]>;
  references: Record<string, string[]>;
  udfs: Record<string, string>;
  outputs: Record<string, string[]>;
  dead: string[];
  error?: string;
}

export interface Entry {
  at: string;
  words: string[];
  /** The text under the heading without its blocks. */
  prose: string;
  examples: Example[];
}

export interface Document {
  file: string;
  text: string;
  entries: Entry[];
  /** Examples under any heading. */
  examples: Example[];
}

const FENCE = /^(?:<!--(.*)-->\n)?```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;

export function readDocument(path: string): Document {
  const text = readFileSync(path, 'utf8');
  const file = basename(path);
  const document: Document = { file, text, entries: [], examples: [] };
  let line = 1;
  for (const section of text.split(/^(?=#{1,6} )/m)) {
    const examples = examplesOf(section, file, line);
    const title = /^#{3,4} (.*)/.exec(section)?.[1];
    const words = title === undefined ? [] : [...title.matchAll(/`([^`]+)`/g)].map((m) => wordOf(m[1] as string));
    if (words.length > 0) document.entries.push({ at: `${file}:${line}`, words, prose: section.replace(FENCE, '').replace(/^.*\n/, '').trim(), examples });
    document.examples.push(...examples);
    line += section.split('\n').length - 1;
  }
  return document;
}

function wordOf(span: string): string {
  return span.replace(/\s*[([].*$/, '');
}

function examplesOf(section: string, file: string, firstLine: number): Example[] {
  const examples: Example[] = [];
  for (const { 1: comment = '', 2: language, 3: info = '', 4: body = '', index } of section.matchAll(FENCE)) {
    const at = `${file}:${firstLine + section.slice(0, index).split('\n').length - 1}`;
    if (language === 'sql') examples.push({ at, sql: body, settings: settingsOf(comment), inputs: {}, references: {}, udfs: {}, outputs: {}, dead: [] });
    else if (['json', 'js', 'text'].includes(language as string) && info.trim() !== '' && info.trim() !== 'plan') addBlock(examples[examples.length - 1], info.trim(), body, at);
  }
  return examples;
}

function settingsOf(comment: string): Record<string, string> {
  return Object.fromEntries([...comment.matchAll(/([\w-]+): *([^,]+)/g)].map((m) => [m[1] as string, (m[2] as string).trim()]));
}

function addBlock(example: Example | undefined, info: string, body: string, at: string): void {
  if (!example) throw new Error(`${at}: a block without a query before it`);
  const [kind = '', name = kind] = info.split(/\s+/);
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  if (kind === 'input') example.inputs[name] = lines.map(eventOf);
  else if (kind === 'output') example.outputs[name] = lines;
  else if (kind === 'reference') example.references[name] = lines;
  else if (kind === 'dead') example.dead = lines.map((line) => line.trim());
  else if (kind === 'error') example.error = body.trimEnd();
  else if (kind.startsWith('udf.')) example.udfs[kind.slice('udf.'.length)] = body;
  else throw new Error(`${at}: there is no kind of block '${kind}'`);
}

function eventOf(line: string): ExampleEvent {
  const [body = '', ...remarks] = line.split(' // ');
  const remark = (word: string): string | undefined => remarks.find((r) => r.startsWith(`${word} `))?.slice(word.length + 1).trim();
  return { body: remarks.includes('body') ? (JSON.parse(body) as string) : body, arrives: remark('arrives'), metadata: remark('metadata') };
}
