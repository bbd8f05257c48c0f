/**
 * What a backup is: a folder with `manifest.json`, which names every file with its size and hash. A folder without one,
 * or one that does not fit its files, is no backup.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export const MANIFEST_FILE = 'manifest.json';
const FORMAT = 1;

export interface BackupFile {
  /** Below the backup's folder, parted by `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackupManifest {
  readonly format: typeof FORMAT;
  /** RFC 3339. */
  readonly madeAt: string;
  /** Journal records in it; newest 0 when there was none yet. */
  readonly oldestRecord: number;
  readonly newestRecord: number;
  /** Customers found in it when it was opened and verified. */
  readonly customers: number;
  readonly notIncluded: readonly string[];
  readonly files: readonly BackupFile[];
}

/** How far a copy, a hash or a check is. */
export type BackupProgress = (step: BackupStep, done: number, of: number) => void;
export type BackupStep = 'state' | 'journal' | 'bases' | 'keys' | 'read' | 'verify' | 'hash' | 'copy';

/** A folder is no backup, or not the one that was made. */
export class BackupBroken extends Error {
  constructor(folder: string, what: string) {
    super(`${folder} is not a whole backup: ${what}. Use another one; nothing was changed`);
    this.name = 'BackupBroken';
  }
}

/** Every file below a folder, but the manifest and lock files, with its hash. */
export async function hashFiles(folder: string, onProgress: BackupProgress): Promise<BackupFile[]> {
  const paths = await filesOf(folder);
  const files: BackupFile[] = [];
  for (const path of paths) {
    onProgress('hash', files.length, paths.length);
    files.push({ path, bytes: (await stat(join(folder, path))).size, sha256: await hashOf(join(folder, path)) });
  }
  onProgress('hash', files.length, paths.length);
  return files;
}

/** Writes the manifest, on disk when it resolves. */
export async function writeManifest(folder: string, manifest: Omit<BackupManifest, 'format'>): Promise<BackupManifest> {
  const whole: BackupManifest = { format: FORMAT, ...manifest };
  const file = await open(join(folder, MANIFEST_FILE), 'wx');
  try {
    await file.writeFile(JSON.stringify(whole, null, 2) + '\n');
    await file.sync();
  } finally {
    await file.close();
  }
  return whole;
}

/** Reads the manifest and hashes every file again. Throws BackupBroken where anything is missing, changed or added. */
export async function verifyManifest(folder: string, onProgress: BackupProgress): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  const found = new Map((await hashFiles(folder, onProgress)).map((file) => [file.path, file]));
  for (const file of manifest.files) {
    const there = found.get(file.path);
    if (there === undefined) throw new BackupBroken(folder, `${file.path} is missing`);
    if (there.bytes !== file.bytes)
      throw new BackupBroken(folder, `${file.path} has ${there.bytes} bytes, not ${file.bytes}`);
    if (there.sha256 !== file.sha256) throw new BackupBroken(folder, `${file.path} was changed (its SHA-256 differs)`);
    found.delete(file.path);
  }
  for (const path of found.keys()) throw new BackupBroken(folder, `${path} is not in its manifest`);
  return manifest;
}

async function readManifest(folder: string): Promise<BackupManifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8');
  } catch (error) {
    throw new BackupBroken(folder, `${MANIFEST_FILE} cannot be read (${(error as Error).message})`);
  }
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(text) as BackupManifest;
  } catch {
    throw new BackupBroken(folder, `${MANIFEST_FILE} is not JSON`);
  }
  if (manifest.format !== FORMAT) {
    throw new BackupBroken(
      folder,
      `its format is ${manifest.format}, this build reads ${FORMAT}: restore with the version that made it`,
    );
  }
  if (!Array.isArray(manifest.files)) throw new BackupBroken(folder, `${MANIFEST_FILE} names no files`);
  return manifest;
}

async function filesOf(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name === 'lock.mdb') continue;
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (path !== MANIFEST_FILE) paths.push(path);
  }
  return paths.sort();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
