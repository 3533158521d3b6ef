/** The import rules and the size budget of docs/architecture.md, as a test. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..');

/** Who may import whom. A part is the longest listed prefix of a file's path. */
const MAY_IMPORT: Record<string, string[]> = {
  'shared/values': ['shared/errors'],
  'shared/errors': [],
  'shared/telemetry': [],
  'shared/event': ['shared/values'],
  'shared/builtins': ['shared/values', 'shared/errors'],
  'shared/program': ['shared/event', 'shared/builtins', 'shared/values'],
  'shared/compiler': ['shared/program', 'shared/builtins', 'shared/values', 'shared/errors'],
  'shared/runtime': ['shared/program', 'shared/builtins', 'shared/values', 'shared/event', 'shared/errors'],
  'shared/formats': ['shared/event', 'shared/values', 'shared/errors'],
  'shared/udf': ['shared/values', 'shared/errors'],
  // As whom a service is reached: what sinks and sources have in common.
  'shared/connections': ['shared/errors'],
  'shared/sinks': ['shared/connections', 'shared/formats', 'shared/values', 'shared/event', 'shared/errors', 'shared/telemetry'],
  'shared/sources': ['shared/connections', 'shared/formats', 'shared/values', 'shared/event', 'shared/errors', 'shared/telemetry'],
  'shared/job': ['shared'],
  'shared/settings': ['shared/connections', 'shared/errors'],
  functions: ['shared/job', 'shared/runtime'],
  local: ['functions', 'shared'],
  // Rows of contenders are compared in the suite; their times are not.
  tests: ['functions', 'shared', 'local', 'tests', 'benchmarks'],
  benchmarks: ['functions', 'shared', 'local', 'benchmarks'],
};

/** Packages that only some parts may use. */
const RESTRICTED: [RegExp, string[]][] = [
  [/^@azure\/functions/, ['functions', 'local', 'tests']],
  [/^(@azure\/|durable-functions)/, ['functions', 'shared/connections', 'shared/sinks', 'shared/sources', 'local', 'tests', 'benchmarks']],
  [/^@platformatic\/kafka/, ['shared/sources', 'local', 'tests']],
  [/^(lmdb|azurite)/, ['local', 'tests']],
];

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const files = ['shared', 'functions', 'local'].filter((folder) => readdirSync(ROOT).includes(folder)).flatMap(sources);

interface Import {
  from: string;
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gm)].map((m) => ({ from: file, target: m[2] as string, typeOnly: m[1] !== undefined }));
}

function partOf(path: string): string {
  const parts = Object.keys(MAY_IMPORT).filter((part) => path === part || path === `${part}.ts` || path.startsWith(`${part}/`));
  return parts.sort((a, b) => b.length - a.length)[0] ?? path;
}

/** The file that a relative import names. */
function localTarget({ from, target }: Import): string {
  const path = relative(ROOT, resolve(ROOT, dirname(from), target));
  return files.includes(`${path}.ts`) ? `${path}.ts` : `${path}/index.ts`;
}

const all = files.flatMap(importsOf);

describe('imports', () => {
  it('follow the table', () => {
    const wrong = all
      .filter((i) => i.target.startsWith('.'))
      .filter((i) => {
        const [from, to] = [partOf(i.from), partOf(localTarget(i).replace(/\.ts$/, ''))];
        return from !== to && !(MAY_IMPORT[from] ?? []).some((allowed) => to === allowed || to.startsWith(`${allowed}/`));
      });
    expect(wrong.map((i) => `${i.from} → ${i.target}`)).toEqual([]);
  });

  it('use restricted packages only where they belong', () => {
    const wrong = all.filter((i) => !i.target.startsWith('.')).filter((i) => {
      const rule = RESTRICTED.find(([pattern]) => pattern.test(i.target));
      return rule && !rule[1].some((part) => i.from.startsWith(`${part}/`) || i.from === `${part}.ts`);
    });
    expect(wrong.map((i) => `${i.from} → ${i.target}`)).toEqual([]);
  });

  it('make no cycles', () => {
    const graph = new Map(files.map((file) => [file, all.filter((i) => i.from === file && !i.typeOnly && i.target.startsWith('.')).map(localTarget)]));
    const done = new Set<string>();
    const visit = (file: string, path: string[]): string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const next of graph.get(file) ?? []) {
        const cycle = visit(next, [...path, file]);
        if (cycle) return cycle;
      }
      done.add(file);
      return undefined;
    };
    expect(files.map((file) => visit(file, [])).find(Boolean)).toBeUndefined();
  });
});

describe('sizes', () => {
  const lines = files.map((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length).sort((a, b) => a - b);

  it('half of the files have at most 100 lines, none more than 400', () => {
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(100);
    expect(lines[lines.length - 1]).toBeLessThanOrEqual(401);
  });
});

describe('time', () => {
  it('is an argument below functions/ and local/', () => {
    const readers = files.filter((file) => file.startsWith('shared/') && !/^shared\/(sinks|sources|job)/.test(file)).filter((file) => /Date\.now\(|new Date\(\)/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(readers).toEqual([]);
  });
});
