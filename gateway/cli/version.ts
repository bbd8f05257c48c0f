/** The version this build was made from. */
import { readFileSync } from 'node:fs';

/** Compiled files stand two folders below the one beside package.json. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
