/**
 * A backup of a data folder, made while the node runs, by another process than the node's (LMDB environments must not
 * be opened twice in one).
 *
 * Copies the state, then the journal's sealed segments, then the open one, then bases and keys (DESIGN D14). State
 * comes before the journal, so it never stands beyond it. Keys come last and not first as D14 says: a key is durable
 * before anything is sealed with it, so keys taken after the journal are enough for all of it; taken before, the
 * personal data of customers who came meanwhile would be lost.
 *
 * Invariants:
 *  1. The folder gets its name only when every environment in it was opened, every record read, every customer's row
 *     verified against the journal (verify.ts), and every file hashed again as the manifest says.
 *  2. Nothing is overwritten, and nothing in the data folder is changed.
 *  3. The node's key is not in it: whoever holds both can read what is personal. It is backed up apart.
 */
import { existsSync, renameSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type BackupManifest,
  type BackupProgress,
  hashFiles,
  verifyManifest,
  writeManifest,
} from './backup-manifest.js';
import { bytesOf } from './disk.js';
import { Journal } from './journal/journal.js';
import { sequenceOf } from './journal/position.js';
import { segmentName } from './journal/segment.js';
import { silent } from './log.js';
import { decodeStored } from './reader.js';
import { Rows } from './rows.js';
import { makeFolder, syncFolder } from './storage/folder.js';
import { Environment } from './storage/lmdb.js';
import { keptNodeKey, NODE_KEY_FILE } from './vault/node-key.js';
import { Vault } from './vault/vault.js';
import { verifyData } from './verify.js';

export interface BackupOptions {
  /** As the node has it; absent: the one in the data folder. Only to verify; it is not copied. */
  readonly nodeKey?: Uint8Array;
  readonly onProgress?: BackupProgress;
}

export const DATA_FILE = 'data.mdb';
/** Ending of a backup that is not finished. */
const PARTIAL = '.partial';

/**
 * Backs `dataDir` up to `destination`, a folder that must not exist. Throws where there is no data, no room, or where
 * what was copied does not verify; what was copied is then removed.
 */
export async function backup(
  dataDir: string,
  destination: string,
  options: BackupOptions = {},
): Promise<BackupManifest> {
  const target = resolve(destination);
  const partial = target + PARTIAL;
  if (!existsSync(join(dataDir, 'journal'))) throw new Error(`${dataDir} holds no data: there is no journal in it`);
  if (existsSync(target)) throw new Error(`${target} exists; nothing is overwritten, name another folder`);
  makeFolder(dirname(target));
  await refuseWithoutRoom(dataDir, dirname(target));
  await mkdir(partial).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new Error(
      `${partial} exists: another backup is under way, or one was interrupted. If it was, remove that folder and repeat`,
    );
  });
  try {
    const manifest = await make(dataDir, partial, options);
    renameSync(partial, target);
    syncFolder(dirname(target));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function make(dataDir: string, partial: string, options: BackupOptions): Promise<BackupManifest> {
  const onProgress = options.onProgress ?? ((): void => {});
  onProgress('state', 0, 1);
  await copyEnvironment(join(dataDir, 'state'), join(partial, 'state'));
  onProgress('state', 1, 1);
  await copyJournal(join(dataDir, 'journal'), join(partial, 'journal'), onProgress);
  await copyBases(join(dataDir, 'bases'), join(partial, 'bases'), onProgress);
  onProgress('keys', 0, 1);
  await copyEnvironment(join(dataDir, 'keys'), join(partial, 'keys'));
  onProgress('keys', 1, 1);

  const nodeKey = options.nodeKey ?? keptNodeKey(dataDir, false);
  const found = await verifyCopy(partial, nodeKey, onProgress);
  await settle(partial);
  await writeManifest(partial, {
    madeAt: new Date().toISOString(),
    ...found,
    notIncluded: [
      `${NODE_KEY_FILE}: the node's key. Without it nothing personal can be read; keep it apart and bring it along`,
    ],
    files: await hashFiles(partial, onProgress),
  });
  return verifyManifest(partial, onProgress);
}

/** Sealed segments are files that nobody writes any more; the open one is copied as of its last commit. */
async function copyJournal(from: string, to: string, onProgress: BackupProgress): Promise<void> {
  const journal = Journal.open(from, { readOnly: true, log: silent });
  const segments = journal.segments();
  await journal.close();
  await mkdir(to);
  let kept = 0;
  for (const [i, { first, sealed }] of segments.entries()) {
    onProgress('journal', i, segments.length);
    const name = segmentName(first);
    if (!sealed) await copyEnvironment(join(from, name), join(to, name));
    else if (await copiedFile(join(from, name), join(to, name))) kept++;
    else if (kept > 0) throw new Error(`segment ${name} of the journal went while it was copied; repeat the backup`);
  }
  onProgress('journal', segments.length, segments.length);
}

/** Bases are never changed. Those that retention removes meanwhile are no longer needed: a newer one is there. */
async function copyBases(from: string, to: string, onProgress: BackupProgress): Promise<void> {
  const names = existsSync(from) ? (await readdir(from)).filter((name) => /^\d+$/.test(name)).sort() : [];
  if (names.length > 0) await mkdir(to);
  for (const [i, name] of names.entries()) {
    onProgress('bases', i, names.length);
    await copiedFile(join(from, name), join(to, name));
  }
  onProgress('bases', names.length, names.length);
}

/** As it stands at one commit, compacted; erased keys' and old rows' bytes are not in the copy. */
async function copyEnvironment(from: string, to: string): Promise<void> {
  if (!existsSync(join(from, DATA_FILE)))
    throw new Error(`${from} is missing: ${dirname(from)} is no whole data folder`);
  const environment = new Environment(from, { readOnly: true });
  try {
    await environment.copyTo(to);
  } finally {
    await environment.close();
  }
}

/** Copies an environment that nobody writes to; false where it is gone. */
async function copiedFile(from: string, to: string): Promise<boolean> {
  await mkdir(to);
  try {
    await copyFile(join(from, DATA_FILE), join(to, DATA_FILE));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await rm(to, { recursive: true });
    return false;
  }
}

/** Opens everything, replays every customer from the journal, and compares. Throws where that does not fit. */
async function verifyCopy(
  partial: string,
  nodeKey: Uint8Array,
  onProgress: BackupProgress,
): Promise<{ oldestRecord: number; newestRecord: number; customers: number }> {
  const journal = Journal.open(join(partial, 'journal'), { readOnly: true, log: silent });
  const rows = new Rows(join(partial, 'state'), { readOnly: true });
  const vault = Vault.open(partial, nodeKey, { readOnly: true });
  const { oldest, last } = journal;
  try {
    const mark = Math.max(rows.number('mark'), 1);
    const high = rows.number('high');
    if (high > last)
      throw new Error(`the copy's state stands at record ${high}, its journal ends at ${last}; repeat the backup`);
    if (mark < oldest)
      throw new Error(
        `the copy's state needs records from ${mark}, its journal begins at ${oldest}; repeat the backup`,
      );
    for (const { record, entries } of journal.records(oldest)) {
      if (record % 1_024 === 0) {
        onProgress('read', record - oldest, last - oldest + 1);
        await new Promise((resolve) => setImmediate(resolve));
      }
      // What a restored node would replay must be readable too, also what is sealed.
      if (record < mark) continue;
      for (const [index, stored] of entries.entries()) decodeStored(stored, sequenceOf(record, index), vault);
    }
    onProgress('read', last - oldest + 1, last - oldest + 1);
  } finally {
    await vault.close();
    await rows.close();
    await journal.close();
  }
  const { drifts, customers } = await verifyData(partial, { nodeKey, driftsMax: 1 }, (done, of) =>
    onProgress('verify', done, of),
  );
  const [drift] = drifts;
  if (drift !== undefined) {
    throw new Error(
      `the copy does not verify: ${drift.what} of customer ${drift.customer ?? '(all)'}. Run \`regulars verify\` on the data folder; the backup was not kept`,
    );
  }
  return { oldestRecord: oldest, newestRecord: last, customers };
}

/** Removes what opening left, and brings every file and name to disk. */
export async function settle(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await settle(path);
    else if (entry.name === 'lock.mdb') await rm(path);
    else {
      const file = await open(path, 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    }
  }
  syncFolder(folder);
}

/** Throws where what is copied would not fit, with a little to spare. */
export async function refuseWithoutRoom(from: string, to: string): Promise<void> {
  const { bavail, bsize } = await statfs(to);
  const needed = Math.ceil((await bytesOf(from)) * 1.05);
  if (needed > bavail * bsize) {
    throw new Error(
      `about ${megabytes(needed)} MB are needed on the disk of ${to}, ${megabytes(bavail * bsize)} MB are free`,
    );
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
