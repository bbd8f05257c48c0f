/**
 * The node's key: 32 bytes that wrap the customers' keys (DESIGN D13). Given by configuration, or made once and kept
 * in `<data>/node.key`, readable by its owner alone. It is backed up apart from the data: whoever holds both can read
 * what is personal, whoever lost it never can again.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../storage/folder.js';

export const NODE_KEY_BYTES = 32;
export const NODE_KEY_FILE = 'node.key';

/** A key from text, as base64 or hex, blanks around it ignored. Throws where it is neither, or not 32 bytes. */
export function parseNodeKey(text: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : undefined;
  if (key?.length === NODE_KEY_BYTES) return key;
  throw new Error(
    'the node key must be 32 bytes as base64 or hex; `openssl rand -base64 32` makes one (REGULARS_NODE_KEY, or a file named by REGULARS_NODE_KEY_FILE)',
  );
}

/** The key the configuration names; undefined where it names none. */
export function nodeKeyFrom(environment: Readonly<Record<string, string | undefined>>): Buffer | undefined {
  const { REGULARS_NODE_KEY: text, REGULARS_NODE_KEY_FILE: file } = environment;
  if (text !== undefined && text !== '') return parseNodeKey(text);
  if (file !== undefined && file !== '') return parseNodeKey(readFileSync(file, 'utf8'));
  return undefined;
}

/** The key kept in the data folder. Where there is none and `mayMake`, one is made, on disk when this returns; else throws. */
export function keptNodeKey(dataDir: string, mayMake: boolean): Buffer {
  const path = join(dataDir, NODE_KEY_FILE);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return parseNodeKey(readFileSync(path, 'utf8'));
  if (!mayMake) {
    throw new Error(
      `no node key: customers' keys are kept in ${dataDir} but ${path} is missing. Put the node key back (it is backed up apart from the data), or give it by REGULARS_NODE_KEY or REGULARS_NODE_KEY_FILE`,
    );
  }
  const key = randomBytes(NODE_KEY_BYTES);
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeSync(descriptor, key.toString('base64') + '\n');
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dataDir);
  return key;
}
