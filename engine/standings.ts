/**
 * Where customers stand for whoever reads: the resident actor's state where there is one, else the row, by any of the ids
 * that were merged into a customer; and where their entries are. Nothing is changed by it.
 */
import type { CustomerState } from '../actors/customer/state.js';
import type { Sealer } from './journal/entry.js';
import type { Residents } from './residents.js';
import { HISTORY_CHUNK, type Rows } from './rows.js';

/** Where a customer stands, whoever holds it. */
export interface Standing {
  readonly id: string;
  readonly state: CustomerState;
  readonly sequence: number;
  readonly entries: number;
  readonly tail: readonly number[];
  readonly mergedInto: string | null;
}

const NOWHERE = { state: undefined, mergedInto: null, sequence: 0, entries: 0, tail: [] };

export class Standings {
  constructor(
    private readonly rows: Rows,
    private readonly residents: Residents,
    private readonly sealer: Sealer,
  ) {}

  /** Whom the id stands for. */
  of(id: string): Standing | undefined {
    let into: string | null = id;
    for (;;) {
      const standing: Standing | string | undefined = this.own(into);
      if (typeof standing !== 'object') {
        if (standing === undefined) return undefined;
        into = standing;
      } else if (standing.mergedInto === null) return standing;
      else into = standing.mergedInto;
    }
  }

  /** The id itself, also where it was merged away; whom it was merged into where nobody had heard of it. */
  own(id: string): Standing | string | undefined {
    const resident = this.residents.peek(id);
    const { state, mergedInto, sequence, entries, tail } =
      resident === undefined
        ? (this.rows.customer(id, this.sealer) ?? NOWHERE)
        : { ...resident, state: resident.actor.state };
    if (state === undefined) return mergedInto ?? undefined;
    return { id, state, sequence, entries, tail: [...tail], mergedInto };
  }

  /** Those merged into a customer. */
  merged({ state }: Standing): Standing[] {
    return state.aliases.map((id) => this.own(id)).filter((standing) => typeof standing === 'object');
  }

  /** Positions of entries of a customer and of all who were merged into it, newest first. */
  *allPositions(standing: Standing): Iterable<number> {
    if (standing.state.aliases.length === 0) {
      yield* this.positions(standing);
      return;
    }
    const streams = [standing, ...this.merged(standing)].map((each) => this.positions(each)[Symbol.iterator]());
    const next = streams.map((stream) => stream.next());
    for (;;) {
      let newest = -1;
      for (let i = 0; i < next.length; i++) {
        if (next[i]!.done !== true && (newest < 0 || next[i]!.value > next[newest]!.value)) newest = i;
      }
      if (newest < 0) return;
      yield next[newest]!.value as number;
      next[newest] = streams[newest]!.next();
    }
  }

  /** The same of the customer alone, oldest first. */
  oldestFirst(standing: Standing): number[] {
    return [...this.positions(standing)].reverse();
  }

  /** Positions of a customer's entries, newest first. */
  private *positions({ id, tail, entries }: Standing): Iterable<number> {
    for (let i = tail.length - 1; i >= 0; i--) yield tail[i]!;
    for (let chunk = (entries - tail.length) / HISTORY_CHUNK - 1; chunk >= 0; chunk--)
      yield* this.rows.chunk(id, chunk).reverse();
  }
}
