import { join, dirname } from 'node:path';
import { connect } from 'node:net';
import { runPart } from '../part-process';

export interface AzuriteConfig {
  location: string;
  blob: number;
  queue: number;
  table: number;
}

/** Azurite in this process. On SIGTERM it closes its services, writes its metadata and says so for each: then the process may end. */
runPart<AzuriteConfig>(async ({ location, blob, queue, table }) => {
  process.argv = [process.argv[0] as string, 'azurite', '--location', location, '--blobPort', `${blob}`, '--queuePort', `${queue}`, '--tablePort', `${table}`, '--blobKeepAliveTimeout', '60', '--skipApiVersionCheck', '--disableTelemetry', '--silent', '--loose'];
  const entry = join(dirname(require.resolve('azurite/package.json')), 'dist/src/azurite.js');
  const closed = servicesClosed();
  await import(entry);
  for (const port of [blob, queue, table]) await listening(port);
  return () => closed;
});

/** Resolves when all three services have said that they are closed. */
function servicesClosed(): Promise<void> {
  return new Promise((resolve) => {
    let open = 3;
    console.log = (line: unknown) => {
      if (/successfully closed/.test(String(line)) && --open === 0) resolve();
    };
  });
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Azurite does not listen on port ${port} after 30 s`);
}
