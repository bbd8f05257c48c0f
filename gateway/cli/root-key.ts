/** A first key, so that a new node can be used: made once, kept in a file that only its owner can read. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT_KEY_FILE = 'root.key';

export interface KeptRootKey {
  readonly key: string;
  readonly file: string;
  readonly made: boolean;
}

/** The one kept in the data folder, or a new one where `mayMake`; undefined where there is none. */
export function keptRootKey(dataDir: string, mayMake: boolean): KeptRootKey | undefined {
  const file = join(dataDir, ROOT_KEY_FILE);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept !== '') return { key: kept, file, made: false };
  if (!mayMake) return undefined;
  const key = newRootKey();
  writeWhole(file, `${key}\n`);
  return { key, file, made: true };
}

export function newRootKey(): string {
  return `rk_${randomBytes(32).toString('base64url')}`;
}

/** On disk under its name only when it is whole. */
function writeWhole(file: string, text: string): void {
  const made = `${file}.new`;
  const descriptor = openSync(made, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(made, file);
}
