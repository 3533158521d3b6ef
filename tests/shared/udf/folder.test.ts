import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planText } from '../../../local/cli/explain/plan-text';
import { loadJob } from '../../../shared/job/load';
import { readFunctions } from '../../../shared/udf/folder';
import { createUdfs } from '../../../shared/udf/javascript';

describe('a folder of functions', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'weir-udf-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (files: Record<string, string>): void => Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));

  it('is empty when it is not there', () => {
    expect(readFunctions(join(folder, 'none'))).toEqual({});
  });

  it('holds JavaScript and TypeScript; declarations and tests are no functions', () => {
    write({
      'plain.js': '\ufefffunction main(x) { return x + 1; }',
      'typed.ts': 'type Reading = { v: number };\nenum Unit { C = 1, F }\nfunction main(r: Reading, u?: Unit): number {\n  return (r.v as number) + Unit.F;\n}',
      'exported.ts': 'export function main(x: number): number { return x * 2; }',
      'fallback.ts': 'export default (x: number): number => x * 3;',
      'Sum.ts': 'interface S { total: number }\nexport function main(this: S & Record<string, unknown>): void {\n  this.init = function (this: S) { this.total = 0; };\n  this.accumulate = function (this: S, v: number) { this.total += v; };\n  this.computeResult = function (this: S): number { return this.total; };\n}',
      'typed.d.ts': 'declare const x: number;',
      'plain.test.ts': 'it("x", () => {});',
      'notes.md': '#',
    });
    const sources = readFunctions(folder);
    expect(Object.keys(sources).sort()).toEqual(['Sum', 'exported', 'fallback', 'plain', 'typed']);
    const functions = createUdfs(sources);
    expect([functions.call('plain', [1]), functions.call('typed', [{ v: 1 }]), functions.call('exported', [2]), functions.call('fallback', [2])]).toEqual([2, 3, 4, 6]);
    const sum = functions.aggregate('sum');
    expect(sum.computeResult(sum.accumulate(sum.accumulate('', 1, 0), 2, 0))).toBe(3);
  });

  it('an error in TypeScript keeps its line', () => {
    write({ 'late.ts': 'interface A {\n  x: number;\n}\nfunction main(a: A): number {\n  return a.x.y.z;\n}' });
    expect(() => createUdfs(readFunctions(folder)).call('late', [{ x: 1 }])).toThrow('udf/late:5:');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a file that is not TypeScript', { 'a.ts': 'function main(x: number {' }, /a\.ts.*is not TypeScript that can be read/],
    ['two functions of one name', { 'a.ts': '', 'A.js': '' }, /are functions of the same name/],
  ])('refuses %s', (_what, files, message) => {
    write(files);
    expect(() => readFunctions(folder)).toThrow(message);
  });

  it('is what the query of a job calls; a function that cannot be used is reported where it is called', () => {
    write({
      'job.json': JSON.stringify({ name: 'functions', inputs: { input: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'input' } }, outputs: { out: { type: 'blob', connection: 'STORAGE', container: 'c', path: 'p' } } }),
      'query.saql': 'SELECT k, uda.total(v) AS total,\n  udf.double(k) AS twice\nINTO out FROM input GROUP BY k, TumblingWindow(second, 1)',
    });
    mkdirSync(join(folder, 'udf'));
    const total = 'export function main(this: Record<string, unknown>): void { this.accumulate = (v: number): void => { this.v = v; }; this.computeResult = () => this.v; }';
    write({ 'udf/total.ts': total, 'udf/double.js': 'function main(x) { return 2 * x; }' });
    const { plan } = loadJob(folder).program;
    expect(planText(plan)).toContain('uda.total cannot be merged');
    write({ 'udf/double.js': 'function main(x { return 2 * x; }' });
    expect(() => loadJob(folder)).toThrow(/query\.saql:2:3: invalid-udf: udf\.double cannot be used: .*SyntaxError.*udf\/double:1/);
  });

  it('what a function imports is not there', () => {
    write({ 'a.ts': "import { readFileSync } from 'fs';\nexport function main(): string { return readFileSync('x', 'utf8'); }" });
    expect(createUdfs(readFunctions(folder)).problemOf('a', 'udf')).toContain("'require' is not defined");
  });
});
