/**
 * Removes what needs to be remembered no longer: event ids past their time in rows of their own, and replies kept
 * under an Idempotency-Key for 30 days. A few keys with every slice of the checkpoint, in the slice's own transaction
 * and before its puts, so that a name written again by the same slice stays.
 */
import { limits } from '../actors/limits.js';
import { REPLIES, replyUntil } from './control.js';
import type { Rows } from './rows.js';
import type { Key, Table, WriteBatch } from './storage/lmdb.js';

export class Forgetting {
  private nextName: Key | undefined;
  private nextReply: Key = [REPLIES];

  constructor(
    private readonly rows: Rows,
    private readonly now: () => number,
  ) {}

  /** `spilled`: how many names this slice adds. Twice as many are looked at, so that forgetting keeps up. */
  step(batch: WriteBatch, spilled: number): void {
    const now = this.now();
    const most = limits.forgetKeysPerSliceMin + 2 * spilled;
    const { remembered, control } = this.rows;
    this.nextName = walk(remembered, { start: this.nextName }, most, batch, (value) => latest(value) < now);
    this.nextReply = walk(
      control,
      { start: this.nextReply, end: [REPLIES + '~'] },
      limits.forgetKeysPerSliceMin,
      batch,
      (value) => replyUntil(value) < now,
    ) ?? [REPLIES];
  }
}

/** Looks at the next keys and removes the expired. Returns where to go on; undefined at the end. */
function walk(
  table: Table,
  range: { start?: Key; end?: Key },
  most: number,
  batch: WriteBatch,
  expired: (value: Buffer) => boolean,
): Key | undefined {
  let seen = 0;
  for (const { key, value } of table.range({ ...range, limit: most })) {
    if (++seen === most) return key;
    if (expired(value)) batch.remove(table, key);
  }
  return undefined;
}

/** Until when the last of a hash's sequences is remembered, ms. */
function latest(value: Buffer): number {
  let until = 0;
  for (let at = 8; at < value.length; at += 16) until = Math.max(until, value.readDoubleLE(at));
  return until;
}
