/** A data folder as a crash at this moment would leave it, in a folder of its own. Used by tests only. */
import { cpSync } from 'node:fs';
import { folder } from './brand.js';

/** The node over `dataDir` may be open, idle, and goes on unharmed. Without LMDB's and the node's lock files, which would name a living process. */
export function crashed(t: { teardown(fn: () => void): unknown }, dataDir: string): string {
  const copy = folder(t);
  cpSync(dataDir, copy, {
    recursive: true,
    filter: (path) => !path.endsWith('.lock') && !path.endsWith('lock.mdb'),
  });
  return copy;
}
