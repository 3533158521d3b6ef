import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { waitFor } from '../support/wait';

const CHILD = path.join(__dirname, 'support/kill-child.js');
const KILLS = 4;
const SENDERS = 4;

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('kill -9', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'durable-kill-'));
  let child: ChildProcess;
  let port: number;

  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [CHILD, dataDir, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.stdout!.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`The child ended with code ${code}.`)));
    });
  };
  const kill = async (): Promise<void> => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const fetchJson = async <T>(url: string, init?: RequestInit): Promise<{ status: number; json: T }> => {
    const response = await fetch(`http://127.0.0.1:${port}/durabletask/${url}`, init);
    const text = await response.text();
    return { status: response.status, json: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  const seen = async (key: string): Promise<string[]> => (await fetchJson<string[] | undefined>(`entities/log/${key}`)).json ?? [];

  afterAll(async () => {
    if (child.exitCode === null && child.signalCode === null) await kill();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it('loses and doubles nothing that was acknowledged, in entities, activities and timers', async () => {
    port = await freePort();
    await start();
    const orchestrations = ['o1', 'o2', 'o3'];
    for (const id of orchestrations) expect((await fetchJson(`orchestrators/steps/${id}`, { method: 'POST' })).status).toBe(202);
    const acknowledged: string[] = [];
    let sending = true;
    const sender = async (name: number): Promise<void> => {
      for (let n = 0; sending; n++) {
        const id = `${name}:${n}`;
        const sent = await fetchJson('entities/log/first?op=add', { method: 'POST', body: JSON.stringify(id), headers: { 'content-type': 'application/json' } }).catch(() => undefined);
        if (sent?.status === 202) acknowledged.push(id);
        else await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const senders = Array.from({ length: SENDERS }, (_, name) => sender(name));
    for (let round = 0; round < KILLS; round++) {
      await new Promise((resolve) => setTimeout(resolve, 60 + 70 * round));
      await kill();
      await start();
    }
    sending = false;
    await Promise.all(senders);
    await waitFor('all signals were passed on', async () => {
      const [first, second] = [await seen('first'), await seen('second')];
      return second.length === first.length && acknowledged.every((id) => first.includes(id));
    });
    const first = await seen('first');
    expect(acknowledged.length).toBeGreaterThan(20);
    // What was sent while the process died may be there or not, but once.
    expect(new Set(first).size).toBe(first.length);
    expect(await seen('second')).toEqual(first);
    for (const id of orchestrations) {
      await waitFor(`${id} is over`, async () => (await fetchJson(`instances/${id}`)).status === 200);
      expect((await fetchJson(`instances/${id}`)).json).toMatchObject({ runtimeStatus: 'Completed', output: 27 });
    }
  });
});
