import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { open } from 'lmdb';
import type { Key, RootDatabase } from 'lmdb';

/** How long a commit may be on its way to the disk, in ms. */
const FLUSH_INTERVAL_MS = 1_000;
/** Where only the time is known at which the machine was started: it is told that exactly, in ms. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * An lmdb file whose commits do not wait for the disk: a commit is the operating system's when it returns, and so survives the end of the process, however that comes. The disk has
 * it a second later. When the machine goes down before that, the file may be torn without showing it. So while it is open a mark lies beside it that names the machine's
 * start, and a file that was open when the machine went down is refused.
 */
export class LmdbFile<V = unknown, K extends Key = Key> {
  private readonly flushing: NodeJS.Timeout;
  private readonly file: number;
  private isDirty = true;

  private constructor(
    readonly db: RootDatabase<V, K>,
    data: string,
    private readonly mark: string,
  ) {
    // For writing: Windows flushes no other.
    this.file = fs.openSync(data, 'r+');
    this.flushing = setInterval(() => this.flushSoon(), FLUSH_INTERVAL_MS).unref();
  }

  /** Opens or creates `location`: a file if it ends with `.mdb`, a folder otherwise. Throws when it is not to be trusted; `boot` is what this start of the machine is called. */
  static open<V, K extends Key>(location: string, boot = nameOfBoot()): LmdbFile<V, K> {
    const mark = `${location}.open`;
    const before = fs.existsSync(mark) ? fs.readFileSync(mark, 'utf8') : boot;
    if (!isSameBoot(before, boot)) {
      throw new Error(`${location} was in use when this machine went down, and what was written last may be torn. Delete the data folder that it is in (the one that --data names, or .weir) and start again.`);
    }
    fs.mkdirSync(path.dirname(location), { recursive: true });
    const db = open<V, K>({ path: location, noSync: true, compression: false });
    fs.writeFileSync(mark, boot);
    return new LmdbFile(db, location.endsWith('.mdb') ? location : path.join(location, 'data.mdb'), mark);
  }

  /** Runs `work` in a write transaction; what it throws undoes all it did. */
  commit<T>(work: () => T): T {
    this.isDirty = true;
    return this.db.transactionSync(work);
  }

  async close(): Promise<void> {
    clearInterval(this.flushing);
    await this.db.close();
    fs.fdatasyncSync(this.file);
    fs.closeSync(this.file);
    fs.rmSync(this.mark, { force: true });
  }

  /** A failure is left to the next time: it takes nothing from the process. */
  private flushSoon(): void {
    if (!this.isDirty) return;
    this.isDirty = false;
    fs.fdatasync(this.file, (error) => (this.isDirty ||= error !== null));
  }
}

function nameOfBoot(): string {
  return fs.existsSync(BOOT_ID) ? fs.readFileSync(BOOT_ID, 'utf8').trim() : String(Date.now() - os.uptime() * 1_000);
}

function isSameBoot(one: string, other: string): boolean {
  return one === other || Math.abs(Number(one) - Number(other)) < CLOCK_TOLERANCE_MS;
}
