import { connect } from 'node:net';

export interface Answer {
  /** undefined: the connection was cut, or nothing came. */
  status: number | undefined;
  hung: boolean;
}

/** Writes a request, right or wrong, and reads the status of the answer. */
export function exchange(port: number, request: Buffer, patienceMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    let hung = false;
    const socket = connect(port, '127.0.0.1', () => socket.end(request));
    const timer = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, patienceMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), hung });
    });
  });
}

/** Long enough for any answer of an idle server. */
export const PATIENCE_MS = 1_500;

/** What no input may do: make the server fail, or keep it from answering. */
export function judge({ status, hung }: Answer): void {
  if (hung) throw new Error('no answer came');
  if (status !== undefined && status >= 500 && status !== 501) throw new Error(`the answer is ${status}`);
}
