import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { transformFileSync } from '@swc/core';

const WORKER_DIR = path.join(__dirname, '../../../../local/host/worker');

/** Compiles the worker's files (which import nothing but each other) for a true worker thread; `remove` deletes them. */
export function compileWorker(): { entry: string; remove: () => void } {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'host-worker-'));
  for (const file of fs.readdirSync(WORKER_DIR)) {
    const { code } = transformFileSync(path.join(WORKER_DIR, file), {
      swcrc: false,
      configFile: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs', ignoreDynamic: true },
    });
    fs.writeFileSync(path.join(dir, file.replace(/\.ts$/, '.js')), code);
  }
  return { entry: path.join(dir, 'worker-entry.js'), remove: () => fs.rmSync(dir, { recursive: true, force: true }) };
}
