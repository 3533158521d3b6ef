import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { transformFileSync } from '@swc/core';

const ROOT = path.join(__dirname, '../../..');

export interface AppDir {
  path: string;
  remove(): void;
}

/** A compiled app in a folder of its own, as it would be deployed, with one job. */
export function createAppDir(job: { definition: unknown; query: string }): AppDir {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-app-'));
  for (const part of ['functions', 'shared']) compileFolder(part, dir);
  for (const file of ['host.json', 'package.json']) fs.copyFileSync(path.join(ROOT, file), path.join(dir, file));
  for (const link of ['node_modules', 'dashboard']) fs.symlinkSync(path.join(ROOT, link), path.join(dir, link));
  const folder = path.join(dir, 'jobs/test');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'job.json'), JSON.stringify(job.definition));
  fs.writeFileSync(path.join(folder, 'query.saql'), job.query);
  return { path: dir, remove: () => fs.rmSync(dir, { recursive: true, force: true }) };
}

function compileFolder(part: string, dir: string): void {
  for (const entry of fs.readdirSync(path.join(ROOT, part), { withFileTypes: true, recursive: true })) {
    // As tsconfig.build.json: the scanner's sources are for another compiler.
    if (!entry.isFile() || !entry.name.endsWith('.ts') || path.basename(entry.parentPath) === 'assembly') continue;
    const file = path.join(entry.parentPath, entry.name);
    const target = path.join(dir, 'dist', path.relative(ROOT, file)).replace(/\.ts$/, '.js');
    const { code } = transformFileSync(file, { swcrc: false, configFile: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs', ignoreDynamic: true } });
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, code);
  }
}
