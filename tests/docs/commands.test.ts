/** Commands in the documents: they exist with the options shown, and those that need nothing but files of the repository or an example do what is said. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMMANDS } from '../../local/cli/commands';
import type { Command } from '../../local/cli/command';

const ROOT = join(__dirname, '../..');
const markdown = (folder: string): string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join(folder, file));
const files = ['README.md', 'CONTRIBUTING.md', ...markdown('docs'), ...markdown('jobs')];

/** Code spans and indented lines, one command each. */
const commands = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/^```[^]*?^```$/gm, '');
  const code = [...[...text.matchAll(/`([^`\n]+)`/g)], ...[...text.matchAll(/^ {4}(\S.*)$/gm)]].map((m) => m[1] as string);
  return code.flatMap((line) => (/^(npx weir|weir|npm run) [a-z]/.test(line) ? [{ file, line }] : []));
});

const commandOf = (line: string): Command | undefined => COMMANDS.find(({ name }) => name === /^(?:npx )?weir ([a-z-]+)/.exec(line)?.[1]);

describe('commands in documents', () => {
  it.each(commands.map(({ file, line }) => [line, file] as const))('`%s` in %s exists', (line) => {
    const script = /^npm run ([\w:]+)/.exec(line)?.[1];
    if (script !== undefined) return expect(Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts)).toContain(script);
    const command = commandOf(line);
    const options = [...line.matchAll(/--([a-z-]+)/g)].map((m) => m[1] as string);
    expect(options.filter((option) => !Object.keys(command?.options ?? {}).includes(option))).toEqual([]);
    expect(command?.name).toBeDefined();
  });

  it('have a line of help for every option', () => {
    expect(COMMANDS.flatMap(({ name, options }) => Object.entries(options).filter(([, { help }]) => help === '').map(([option]) => `${name} --${option}`))).toEqual([]);
  });
});

describe('commands over files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-commands-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    writeFileSync(join(folder, 'query.saql'), 'SELECT v FROM input WHERE v > 1');
    writeFileSync(join(folder, 'events.ndjson'), '{"v":1}\n{"v":2}\n');
    cpSync(join(ROOT, 'tests/local/cli/inputs/captured'), join(folder, 'archive'), { recursive: true });
  });

  /** A path of the repository as it is, any other in a folder of its own. */
  const placed = (text: string): string => {
    const [name, path] = /^[A-Za-z]+=/.test(text) ? [text.slice(0, text.indexOf('=') + 1), text.slice(text.indexOf('=') + 1)] : ['', text];
    return `${name}${existsSync(join(ROOT, path)) ? join(ROOT, path) : join(folder, path)}`;
  };

  const runnable = commands.filter(({ line }) => ['run', 'test', 'explain'].includes(commandOf(line)?.name ?? '') && !/[A-Z]{2}|…|\[|\(/.test(line.replace(/--\S+/g, '')) && line.split(' ').length > 3);

  it('are some', () => expect(runnable.length).toBeGreaterThanOrEqual(4));

  it.each(runnable.map(({ file, line }) => [line, file] as const))('`%s` of %s', async (line) => {
    const command = commandOf(line) as Command;
    const { values, positionals } = parseArgs({ args: line.replace(/^npx /, '').split(' ').slice(2), allowPositionals: true, options: command.options });
    const paths = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.map((v) => placed(String(v))) : typeof value === 'string' ? placed(value) : value]));
    const printed: string[] = [];
    expect(await command.run({ positionals: positionals.map(placed), values: paths, print: (text) => printed.push(text), note: (text) => printed.push(text), isTerminal: false })).toBe(0);
    expect(printed.join('\n')).toMatch(/\w/);
  });
});
