/**
 * Following the journal: every outcome once it is durable, in journal order, from any position still kept.
 *
 * Owns: cursors and filters. The reader holds nothing but its cursor; what it missed is read from the journal, what
 * is new comes from the last few turns kept in memory while anybody follows. A cursor is `<sequence>-<n>`: the
 * outcome n of that entry was the last one seen.
 */
import { limits } from '../actors/limits.js';
import { isPublic } from '../actors/outcome.js';
import { type Delivery, EngineError, type Tail, type TailRequest } from './contract.js';
import type { Gate, Waiter } from './gate.js';
import { customerOf, type Sealer } from './journal/entry.js';
import type { Journal } from './journal/journal.js';
import { recordOf, sequenceOf } from './journal/position.js';
import { decodeStored, type ReadEntry } from './reader.js';
import type { Turn } from './turn.js';

export class Tails {
  private readonly recent = new Map<number, Turn>();
  private open = 0;

  constructor(
    private readonly journal: Journal,
    private readonly gate: Gate,
    private readonly sealer: Sealer,
  ) {}

  /** A turn was appended (not durable yet: readers are held at the gate). */
  follow(turn: Turn): void {
    if (this.open === 0) return;
    this.recent.set(turn.record, turn);
    if (this.recent.size > limits.recentRecordsMax) this.recent.delete(this.recent.keys().next().value!);
  }

  tail(request: TailRequest): Tail {
    this.open++;
    let at =
      request.after === undefined
        ? { sequence: sequenceOf(this.journal.last + 1, 0), n: -1 }
        : parseCursor(request.after);
    let closed = false;
    const next = async (max: number, signal: AbortSignal): Promise<{ deliveries: Delivery[]; gap: boolean }> => {
      const deliveries: Delivery[] = [];
      let gap = false;
      for (let read = 1; !signal.aborted && !closed && deliveries.length === 0; read++) {
        const { oldest } = this.journal;
        if (oldest > 1 && recordOf(at.sequence) < oldest) {
          // Told also where the cursor was the last of its record: that cannot be seen any more.
          gap = true;
          at = { sequence: sequenceOf(oldest, 0), n: -1 };
        }
        const record = recordOf(at.sequence);
        if (!this.gate.isOpen(record)) {
          await untilOpen(this.gate, record, signal);
          if (signal.aborted) break;
          continue;
        }
        at = this.read(record, at, request, max, deliveries);
        // A filter that matches little must not hold the loop while the journal is read.
        if (read % limits.tailRecordsPerStep === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      return { deliveries, gap };
    };
    return {
      next,
      close: () => {
        if (closed) return;
        closed = true;
        if (--this.open === 0) this.recent.clear();
      },
    };
  }

  /** Reads one record from `at` on. Returns where to go on. */
  private read(record: number, at: Cursor, request: TailRequest, max: number, into: Delivery[]): Cursor {
    for (const entry of this.entries(record)) {
      if (entry.sequence < at.sequence) continue;
      let n = -1;
      for (const outcome of entry.outcomes) {
        if (!isPublic(outcome)) continue;
        n++;
        if (entry.sequence === at.sequence && n <= at.n) continue;
        if (!wanted(request, outcome.customerId, outcome.type)) continue;
        into.push({ cursor: entry.sequence + '-' + n, outcome });
        if (into.length === max) return { sequence: entry.sequence, n };
      }
    }
    return { sequence: sequenceOf(record + 1, 0), n: -1 };
  }

  private *entries(record: number): Iterable<ReadEntry> {
    const turn = this.recent.get(record);
    if (turn !== undefined) {
      yield* turn.readBack();
      return;
    }
    for (const stored of this.journal.records(record, record)) {
      for (let index = 0; index < stored.entries.length; index++) {
        const entry = decodeStored(stored.entries[index]!, sequenceOf(record, index), this.sealer);
        if (customerOf(entry.entry) !== undefined) yield entry;
      }
    }
  }
}

interface Cursor {
  readonly sequence: number;
  readonly n: number;
}

function parseCursor(text: string): Cursor {
  const match = /^(\d{1,16})-(\d{1,6})$/.exec(text);
  if (match === null)
    throw new EngineError(
      'cursor_invalid',
      `${JSON.stringify(text)} is not a cursor of this stream; use one that it gave, or leave it out`,
    );
  return { sequence: Number(match[1]), n: Number(match[2]) };
}

function wanted(request: TailRequest, customerId: string, type: string): boolean {
  if (request.customers !== undefined && !request.customers.has(customerId)) return false;
  if (request.types === undefined) return true;
  return request.types.some((pattern) =>
    pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  );
}

function untilOpen(gate: Gate, record: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      gate.leave(waiter);
      resolve();
    };
    const waiter: Waiter = {
      opened: () => {
        signal.removeEventListener('abort', aborted);
        resolve();
      },
      failed: (error) => {
        signal.removeEventListener('abort', aborted);
        reject(error);
      },
    };
    signal.addEventListener('abort', aborted, { once: true });
    gate.pass(record, waiter);
  });
}
