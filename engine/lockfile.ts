/**
 * One process writes a data folder. `<data>/node.lock` says which: its id, and when it started, so that a number used
 * again by another process after a crash does not look like the holder.
 *
 * The holder touches the file every few seconds; that tells about a holder in another container, whose process ids
 * mean nothing here. The file is made whole elsewhere and linked into place, so nobody reads half of one.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { limits } from '../actors/limits.js';

export interface FolderLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** When the process started, in the system's own words; '' where the system does not tell. */
  readonly started: string;
  /** Boot and process-id space: ids of another mean nothing here. */
  readonly space: string;
  readonly host: string;
}

/** Another process holds the data folder. */
export class FolderHeld extends Error {
  constructor(
    readonly pid: number,
    message: string,
  ) {
    super(message);
    this.name = 'FolderHeld';
  }
}

const LOCK_FILE = 'node.lock';
/** The folder below the data folder where a restore stands that is not finished (restore.ts). */
export const RESTORING = 'restoring';

/** Takes the folder, also from a holder that is no more. Throws FolderHeld, and Error on what an interrupted restore left. */
export function lockFolder(dataDir: string): FolderLock {
  if (existsSync(join(dataDir, RESTORING))) {
    throw new Error(
      `a restore into ${dataDir} was interrupted: the data there is not whole. Empty the folder (keep node.key) and repeat \`regulars restore\``,
    );
  }
  const path = join(dataDir, LOCK_FILE);
  const mine: Holder = { pid: process.pid, started: startOf(process.pid), space: processSpace(), host: hostname() };
  const text = JSON.stringify(mine) + '\n';
  const made = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(made, text);
  try {
    while (!linked(made, path)) {
      const held = read(path);
      if (held === undefined) continue;
      refuseLiving(held.holder, held.touchedMsAgo, path);
      takeAway(path, held.text);
    }
  } finally {
    rmSync(made, { force: true });
  }
  const timer = setInterval(() => touch(path), limits.lockTouchEveryMs).unref();
  return {
    release(): void {
      clearInterval(timer);
      if (read(path)?.text === text) rmSync(path, { force: true });
    },
  };
}

/** Throws FolderHeld unless the holder is known to be no more. */
function refuseLiving(holder: Holder, touchedMsAgo: number, path: string): void {
  const who = `process ${holder.pid} on ${holder.host}`;
  if (holder.space === processSpace()) {
    if (!isAlive(holder.pid) || startOf(holder.pid) !== holder.started) return;
    throw new FolderHeld(
      holder.pid,
      `the data folder is in use by ${who} (${path}). Stop that one first, or give this node a folder of its own`,
    );
  }
  if (bootOf(holder.space) === bootOf(processSpace()) && touchedMsAgo < limits.lockTouchEveryMs * 3) {
    throw new FolderHeld(
      holder.pid,
      `the data folder was in use ${Math.round(touchedMsAgo / 1000)} s ago by ${who} in another container (${path}). ` +
        `If that one is gone, try again in ${Math.ceil((limits.lockTouchEveryMs * 3) / 1000)} s`,
    );
  }
}

function linked(made: string, path: string): boolean {
  try {
    linkSync(made, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): { text: string; holder: Holder; touchedMsAgo: number } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, holder: parse(text), touchedMsAgo: Date.now() - statSync(path).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that is none of ours (a disk that was full) names nobody: pid 0 of nowhere, which is no more. */
function parse(text: string): Holder {
  try {
    const { pid, started, space, host } = JSON.parse(text) as Partial<Holder>;
    return { pid: pid ?? 0, started: started ?? '', space: space ?? '', host: host ?? '' };
  } catch {
    return { pid: 0, started: '', space: '', host: '' };
  }
}

/**
 * Removes the dead holder's file, if it still is that one: between reading and removing, a quicker start may have put
 * its own there. One at a time does this, so the others find the file as it was read, or a living holder's.
 */
function takeAway(path: string, text: string): void {
  const guard = `${path}.taking`;
  try {
    writeFileSync(guard, '', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Whoever took it is done in no time, or died while doing it.
    const made = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > limits.lockTouchEveryMs) rmSync(guard, { force: true });
    return;
  }
  try {
    if (read(path)?.text === text) unlinkSync(path);
  } finally {
    rmSync(guard, { force: true });
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Removed by hand: nothing to touch. Another writer would be refused by the journal itself.
  }
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat: start in ticks since boot. The name before it may hold blanks and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function processSpace(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() + ' ' + readlinkSync('/proc/self/ns/pid');
  } catch {
    return hostname();
  }
}

function bootOf(space: string): string {
  return space.split(' ')[0]!;
}
