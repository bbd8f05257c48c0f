/**
 * What all customers together have taken of the limits they share (`actors/customer/shared-limits.ts`): on one node a
 * fold over the `limit.counted` of every entry, asked by the judge within its turn.
 *
 * Owns: the counts in memory and their control rows. Invariants: (1) a count is changed in the very turn that records
 * the change, so the next entry sees it; (2) a row says at which entry it stands, and replay passes over what it has
 * already: after a crash a count is what it was (DESIGN D9); (3) nothing is ever taken without a record of it, so
 * `verify` proves every count.
 */
import type { SharedLimits } from '../actors/customer/shared-limits.js';
import type { Outcome, SharedLimit } from '../actors/outcome.js';
import type { Checkpoint } from './checkpoint.js';
import { pack, unpack } from './pack.js';
import type { Rows } from './rows.js';
import { TakenCodes } from './taken-codes.js';

/** Control table of the counts: name → [count, sequence of the entry it stands at]. */
export const LIMITS = '#limit';

interface Count {
  readonly name: string;
  count: number;
  /** The last entry that changed it. */
  sequence: number;
  /** The entry at which its row stood when it was read: what came before is in it. */
  readonly from: number;
}

export class SharedCounts implements SharedLimits {
  /** Generated codes, folded beside the counts. */
  readonly codes: TakenCodes;
  private readonly counts = new Map<string, Count>();
  private checkpoint: Pick<Checkpoint, 'changed'> | undefined;

  constructor(rows: Pick<Rows, 'control'> | undefined) {
    this.codes = new TakenCodes(rows);
    if (rows === undefined) return;
    for (const [name, count, sequence] of storedCounts(rows))
      this.counts.set(name, { name, count, sequence, from: sequence });
  }

  /** `secret`: as `TakenCodes.attach` has it. */
  attach(checkpoint: Pick<Checkpoint, 'changed'>, secret: () => string | undefined): void {
    this.codes.attach(checkpoint, secret);
    this.checkpoint = checkpoint;
  }

  left(limit: SharedLimit, of: string, most: number): number {
    return most - (this.counts.get(countName(limit, of))?.count ?? 0);
  }

  /** Folds the outcomes of one entry, live or on replay. */
  apply(outcomes: readonly Outcome[], sequence: number): void {
    for (let i = 0; i < outcomes.length; i++) {
      const outcome = outcomes[i]!;
      if (outcome.type === 'limit.counted') this.add(outcome.data.limit, outcome.data.of, outcome.data.by, sequence);
      else if (outcome.type === 'code.counted') this.codes.apply(outcome.data, sequence);
    }
  }

  /** Every count, in the form of `storedCounts`. */
  *list(): Iterable<readonly [name: string, count: number, sequence: number]> {
    for (const { name, count, sequence } of this.counts.values()) yield [name, count, sequence];
  }

  private add(limit: SharedLimit, of: string, by: number, sequence: number): void {
    const name = countName(limit, of);
    let one = this.counts.get(name);
    if (one === undefined) {
      one = { name, count: 0, sequence: 0, from: 0 };
      this.counts.set(name, one);
    }
    if (sequence <= one.from) return;
    one.count += by;
    one.sequence = sequence;
    this.checkpoint?.changed(LIMITS, name, encodeCount(one.count, sequence));
  }
}

/** The counts as they stand in control rows. */
export function* storedCounts(
  rows: Pick<Rows, 'control'>,
): Iterable<readonly [name: string, count: number, sequence: number]> {
  for (const { key, value } of rows.control.range({ start: [LIMITS, ''] })) {
    const [table, name] = key as [string, string];
    if (table !== LIMITS) return;
    const [count, sequence] = unpack<[number, number]>(value);
    yield [name, count, sequence];
  }
}

export function encodeCount(count: number, sequence: number): Uint8Array {
  return pack([count, sequence]);
}

/** How a limit is named where it is counted. */
export function countName(limit: SharedLimit, of: string): string {
  return `${limit}/${of}`;
}
