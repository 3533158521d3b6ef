/** The child's side of a part: gets its configuration, starts, says so, and ends with its parent. */
export type PartMessage = { ready: true } | { error: string } | { log: string };

export function runPart<C>(start: (config: C, log: (line: string) => void) => Promise<() => Promise<void>>): void {
  const tell = (message: PartMessage): void => void process.send?.(message);
  let stop: (() => Promise<void>) | undefined;
  const end = (): void => {
    if (!stop) process.exit(0);
    void stop().finally(() => process.exit(0));
    stop = undefined;
  };
  process.on('message', (config: C) => {
    start(config, (line) => tell({ log: line })).then(
      (stopPart) => {
        stop = stopPart;
        tell({ ready: true });
      },
      (error: unknown) => {
        tell({ error: error instanceof Error ? error.message : String(error) });
        process.exitCode = 1;
        process.disconnect?.();
      },
    );
  });
  process.on('SIGTERM', end);
  // Where Ctrl-C reaches the whole group of processes, the parent still decides who ends when.
  process.on('SIGINT', () => undefined);
  // A signal and not a call: Azurite, in its process, has a listener of its own for it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
