/** docs/errors.md: every code has its entry, every entry is a code, and every example fails as it shows. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../shared/compiler/catalogue';
import { QuerySyntaxError } from '../../shared/compiler/diagnostics';
import { toJsonText, parseJson } from '../../shared/values/json';
import { readDocument, type Example } from './examples';
import { runExample } from './run-example';

const ROOT = join(__dirname, '../..');
const { text, entries } = readDocument(join(ROOT, 'docs/errors.md'));
const inTables = [...text.matchAll(/^\| `([a-z-]+)` \|/gm)].map((m) => m[1] as string);
const inEntries = entries.flatMap((entry) => entry.words);

/** Codes that are thrown, refused with, or set aside for, as the sources name them. */
function codesOfSources(): string[] {
  const files = ['shared', 'functions'].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(ROOT, folder, file)));
  const sources = files.filter((file) => file.endsWith('.ts') && !file.includes('/compiler/')).map((file) => readFileSync(file, 'utf8'));
  const named = sources.flatMap((source) => [...source.matchAll(/(?:(?:Query|Weir)Error\(\s*|throwIfAny\(|reason: |verdict = \[|letter\(|super\(|[^.]warning\()'([a-z-]+)'/g)].map((m) => m[1] as string));
  return [...new Set(named)];
}

describe('docs/errors.md', () => {
  const documented = [...inTables, ...inEntries];

  const used = [...Object.keys(CATALOGUE), ...codesOfSources()];

  it('has an entry for every code', () => {
    expect(used.filter((code) => !documented.includes(code))).toEqual([]);
  });

  it('has no entry for a code that nothing uses, and none twice', () => {
    expect(documented.filter((code, i) => !used.includes(code) || documented.indexOf(code) < i)).toEqual([]);
  });

  it.each(entries.map((entry) => [entry.words[0] as string, entry] as const))('%s has a paragraph and an example', (_code, entry) => {
    expect(entry.prose).toMatch(/\w+ \w+/);
    expect(entry.examples.length).toBeGreaterThan(0);
  });

  it.each(entries.flatMap((entry) => entry.examples.map((example) => [entry.words[0] as string, example] as const)))('%s fails as shown', (code, example) => {
    if (code in CATALOGUE) expect(refusal(example)).toBe(example.error);
    else {
      expect(example.dead).toContain(code);
      const { rows, dead } = runExample(example, false);
      expect(dead).toEqual([...example.dead].sort());
      const shown = Object.entries(example.outputs).map(([name, lines]) => [name, lines.map((line) => toJsonText(parseJson(line, { booleansAsBit: true }))).sort()]);
      expect(rows).toEqual(Object.fromEntries(shown));
    }
    if (code in CATALOGUE) expect(example.error).toContain(`: ${code}: `);
  });
});

function refusal(example: Example): string {
  try {
    runExample(example, false);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error.message;
    throw error;
  }
  return 'it is not refused';
}
