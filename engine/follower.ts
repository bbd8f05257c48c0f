/**
 * A node that follows: it takes the records that another one has made, in order, and folds what they say; it decides
 * nothing. Whatever it has taken is on its own disk, so that it can lead at once when it is its turn.
 *
 * Invariant: a record is written here only when every key it is sealed with is here (vault/), so that recovery never
 * waits for anybody.
 */
import { limits } from '../actors/limits.js';
import type { Gate } from './gate.js';
import { encodeEntry } from './journal/entry.js';
import type { Journal } from './journal/journal.js';
import { CONTROL_SHARD } from './journal/position.js';
import { type DecodedRecord, decodeRecord, encodeRecord } from './journal/record.js';
import type { ReadEntry } from './reader.js';
import { type ReplayParts, readRecord, replay } from './recovery.js';
import { KeyNotHere, type Vault } from './vault/vault.js';

const NONE = new Uint8Array(0);

export class Follower {
  /** Ends when everything taken so far is applied. */
  private under: Promise<void> = Promise.resolve();
  private applied: number;

  constructor(
    private readonly journal: Journal,
    private readonly gate: Gate,
    private readonly vault: Vault,
    private readonly parts: ReplayParts,
    /** Wall time of the newest record, ms. */
    public lastStamp: number,
    /** A record could not be applied: nothing is, from then on. */
    private readonly onFailure: (error: Error) => void,
  ) {
    this.applied = journal.last;
  }

  /** The newest record applied. */
  get record(): number {
    return this.applied;
  }

  /**
   * Takes the next record. It is applied once it is on disk, while the next ones may be on their way already; resolves
   * when there is room for one more. Rejects where it is not the next, or damaged, or one before it could not be applied.
   */
  async take(bytes: Uint8Array): Promise<void> {
    const own = Buffer.from(bytes);
    const decoded = decodeRecord(own);
    if ('torn' in decoded) throw new Error(`record ${this.journal.last + 1} of the log is damaged: ${decoded.torn}`);
    const read = await this.readWithKeys(decoded);
    const durable = this.journal.adopt(decoded.record, own);
    this.under = Promise.all([this.under, durable]).then(() => this.apply(decoded, read));
    this.under.catch(this.onFailure);
    if (this.journal.last - this.applied >= limits.clusterRecordsAheadMax) await this.under;
  }

  /** Resolves when all that was taken is applied. */
  settled(): Promise<void> {
    return this.under;
  }

  private async apply(decoded: DecodedRecord, read: readonly ReadEntry[]): Promise<void> {
    replay(read, decoded, this.parts);
    this.applied = decoded.record;
    this.lastStamp = Math.max(this.lastStamp, decoded.stamp);
    this.gate.open(decoded.record);
    for (const { entry } of read) {
      if (entry.kind === 'event' && entry.event.type === 'customer.erased') await this.forget(entry.event.subject);
    }
    const { checkpoint } = this.parts;
    checkpoint.nudge();
    if (checkpoint.behind) await new Promise<void>((resolve) => checkpoint.whenSpace(resolve));
  }

  /** Whether the newest record here is this one. */
  hasNewest(bytes: Uint8Array): boolean {
    const there = decodeRecord(Buffer.from(bytes));
    if ('torn' in there || there.record !== this.applied) return false;
    for (const here of this.journal.records(there.record)) {
      return (
        here.stamp === there.stamp &&
        here.entries.length === there.entries.length &&
        here.entries.every(
          ({ entry, outcomes }, i) =>
            entry.equals(there.entries[i]!.entry) && outcomes.equals(there.entries[i]!.outcomes),
        )
      );
    }
    return false;
  }

  /** The record with which a node says that it leads from there on; it is the next one. */
  announcement(epoch: number, node: string, now: number): Buffer {
    const entry = encodeEntry({ kind: 'leads', epoch, node });
    const entries = [{ shard: CONTROL_SHARD, entry, outcomes: NONE }];
    return encodeRecord(this.applied + 1, Math.max(now, this.lastStamp), entries);
  }

  private async readWithKeys(decoded: DecodedRecord): Promise<readonly ReadEntry[]> {
    for (let fetched = 0; ; fetched++) {
      try {
        return readRecord(decoded, this.vault);
      } catch (error) {
        // Each entry can ask for one key at most.
        if (!(error instanceof KeyNotHere) || fetched > limits.recordEntriesMax) throw error;
        await this.vault.fetch(error.customerId);
      }
    }
  }

  /** The keys of who was erased are gone with the other nodes: here too. */
  private async forget(customerId: string): Promise<void> {
    const { actor } = this.parts.residents.wake(customerId);
    for (const id of [customerId, ...(actor.state?.aliases ?? [])]) await this.vault.fetch(id);
  }
}
