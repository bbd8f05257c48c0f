/**
 * A data folder made again from a backup.
 *
 * Everything is copied to `<data>/restoring` first and moved into place when it is whole and on disk, so a restore that
 * was interrupted is seen (lockfile.ts) and no node starts on half of the data. The data folder is held meanwhile.
 * What the backup does not hold must be brought along: `node.key`, or the key by configuration.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { refuseWithoutRoom, settle } from './backup.js';
import { type BackupManifest, type BackupProgress, verifyManifest } from './backup-manifest.js';
import { lockFolder, RESTORING } from './lockfile.js';
import { makeFolder, syncFolder } from './storage/folder.js';
import { NODE_KEY_FILE } from './vault/node-key.js';
import { Vault } from './vault/vault.js';

export interface RestoreOptions {
  /** Where the node is given its key by configuration: checked against the backup's keys. */
  readonly nodeKey?: Uint8Array;
  readonly onProgress?: BackupProgress;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** What must still be brought along before the node starts, in words; empty when nothing is missing. */
  readonly missing: readonly string[];
}

/**
 * Restores a backup into `dataDir`, which must be empty but for a `node.key`. Throws BackupBroken where the backup is
 * not what its manifest says, and Error where the folder is in use, not empty, or the node key is not the right one.
 */
export async function restore(from: string, dataDir: string, options: RestoreOptions = {}): Promise<Restored> {
  const onProgress = options.onProgress ?? ((): void => {});
  const backup = resolve(from);
  refuseFilled(dataDir);
  const manifest = await verifyManifest(backup, onProgress);
  makeFolder(resolve(dataDir));
  refuseFilled(dataDir);
  const lock = lockFolder(dataDir);
  const restoring = join(dataDir, RESTORING);
  try {
    await refuseWithoutRoom(backup, dataDir);
    await copyAll(backup, restoring, manifest, onProgress);
    const missing = await keyMissing(dataDir, restoring, options.nodeKey);
    await settle(restoring);
    for (const name of readdirSync(restoring)) renameSync(join(restoring, name), join(dataDir, name));
    syncFolder(dataDir);
    await rm(restoring, { recursive: true });
    syncFolder(dataDir);
    return { manifest, missing };
  } catch (error) {
    // Nothing was moved into place yet, or all that was left is still in there: then the mark must stay.
    if (!existsSync(join(dataDir, 'journal'))) await rm(restoring, { recursive: true, force: true });
    throw error;
  } finally {
    lock.release();
  }
}

function refuseFilled(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const there = readdirSync(dataDir).filter((name) => name !== NODE_KEY_FILE);
  if (there.includes(RESTORING)) {
    throw new Error(`a restore into ${dataDir} was interrupted. Empty the folder (keep ${NODE_KEY_FILE}) and repeat`);
  }
  if (there.length > 0) {
    throw new Error(
      `${dataDir} is not empty (${there.slice(0, 3).join(', ')}${there.length > 3 ? ', …' : ''}); nothing is overwritten, name an empty folder`,
    );
  }
}

async function copyAll(from: string, to: string, manifest: BackupManifest, onProgress: BackupProgress): Promise<void> {
  await mkdir(to);
  for (const [i, { path }] of manifest.files.entries()) {
    onProgress('copy', i, manifest.files.length);
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(from, path), join(to, path));
  }
  // Again, as the copy: a disk that writes wrong is found now and not when the node runs.
  await copyFile(join(from, 'manifest.json'), join(to, 'manifest.json'));
  await verifyManifest(to, onProgress);
  await rm(join(to, 'manifest.json'));
  onProgress('copy', manifest.files.length, manifest.files.length);
}

/** Throws where there is a node key and it is the wrong one. */
async function keyMissing(dataDir: string, restored: string, given: Uint8Array | undefined): Promise<string[]> {
  const kept = join(dataDir, NODE_KEY_FILE);
  if (given === undefined && !existsSync(kept)) {
    return [
      `the node's key: put it back as ${kept} (mode 0600), or give it by REGULARS_NODE_KEY or REGULARS_NODE_KEY_FILE. It was backed up apart; without it the node does not start`,
    ];
  }
  if (given === undefined) await copyFile(kept, join(restored, NODE_KEY_FILE));
  try {
    await Vault.open(restored, given, { readOnly: true }).close();
  } finally {
    await rm(join(restored, NODE_KEY_FILE), { force: true });
  }
  return [];
}
