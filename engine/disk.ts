/**
 * How much disk is free, and how much a folder takes. Writes are refused (507) well before the disk is full: LMDB may
 * abort the process when it is, and nothing can be acknowledged then anyway.
 */
import { statfsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is needed of `fs.statfsSync`. */
export type StatFs = (path: string) => { readonly bavail: number; readonly bsize: number };

/** Writes are taken again when this much more than the mark is free, so that a disk at the mark does not flap. */
const RECOVERS_AT = 1.2;

export class DiskGuard {
  /** True while writes are to be refused. */
  low = false;
  /** Bytes free for us at the last look. */
  freeBytes = Number.POSITIVE_INFINITY;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly dir: string,
    private readonly minFreeBytes: number,
    everyMs: number,
    private readonly onChange: (low: boolean) => void,
    private readonly statFs: StatFs,
  ) {
    this.look();
    this.timer = setInterval(() => this.look(), everyMs).unref();
  }

  /** Looks at once, then every `everyMs`; calls back whenever `low` changes. Keeps no process alive. */
  static start(
    dir: string,
    minFreeBytes: number,
    everyMs: number,
    onChange: (low: boolean) => void,
    statFs: StatFs = statfsSync,
  ): DiskGuard {
    return new DiskGuard(dir, minFreeBytes, everyMs, onChange, statFs);
  }

  /** Looks now. A disk that does not answer counts as it was: the next commit tells. */
  look(): void {
    try {
      const { bavail, bsize } = this.statFs(this.dir);
      this.freeBytes = bavail * bsize;
    } catch {
      return;
    }
    const low = this.freeBytes < (this.low ? this.minFreeBytes * RECOVERS_AT : this.minFreeBytes);
    if (low === this.low) return;
    this.low = low;
    this.onChange(low);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Bytes that the files below a folder take on disk (holes not counted); 0 where there is none. */
export async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesOf(path);
    // A file may go while we look (a dropped segment).
    else
      bytes += await stat(path).then(
        (found) => found.blocks * 512,
        () => 0,
      );
  }
  return bytes;
}
