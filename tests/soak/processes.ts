import { execFileSync } from 'node:child_process';

/** Resident memory of a process and of all below it, in MB, by the file that each runs. */
export function residentMb(root: number): Record<string, number> {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, rss, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), mb: Number(rss) / 1024, name: /([\w-]+)\.js/.exec(args)?.[1] ?? 'other' }];
    });
  const own = new Set([root]);
  for (let size = 0; size < own.size; ) {
    size = own.size;
    for (const { pid, parent } of rows) if (own.has(parent)) own.add(pid);
  }
  const sizes: Record<string, number> = {};
  for (const { pid, name, mb } of rows) if (own.has(pid)) sizes[name] = Math.round((sizes[name] ?? 0) + mb);
  return sizes;
}
