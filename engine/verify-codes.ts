/** Proof of the generated codes taken: every row's bits, against what the base and the entries up to there say. */
import type { CodeCounted } from '../actors/outcome.js';
import type { Rows } from './rows.js';
import { CODES_IN_ROW, rowName, storedCodes, TakenCodes, type TakenRow } from './taken-codes.js';

export class CodesProof {
  /** Rows as they stand. */
  private readonly standing = new Map<string, TakenRow>();
  /** The same from what was recorded. */
  private readonly folded: TakenCodes;

  constructor(rows: Pick<Rows, 'control'>, base: Pick<Rows, 'control'> | undefined) {
    for (const row of storedCodes(rows)) this.standing.set(row.name, row);
    this.folded = new TakenCodes(base);
  }

  /** Sequence of the newest entry that a row has; 0 where there is none. */
  get newest(): number {
    let newest = 0;
    for (const { sequence } of this.standing.values()) newest = Math.max(newest, sequence);
    return newest;
  }

  /** `inRows`: the entry is before the mark, so that some row must have it. */
  fold(counted: CodeCounted, sequence: number, inRows: boolean): void {
    if (counted.single === undefined) return;
    const row = this.standing.get(rowName(counted.promoCodeId, ...counted.single));
    if (sequence <= (row?.sequence ?? (inRows ? sequence : 0))) this.folded.apply(counted, sequence);
  }

  /** Rows that differ: how many of their codes are taken by the journal and by the row. */
  *drifts(): Iterable<{ readonly name: string; readonly journal: number; readonly row: number }> {
    const folded = new Map([...this.folded.list()].map(({ name, bits }) => [name, bits]));
    for (const name of new Set([...this.standing.keys(), ...folded.keys()])) {
      const a = folded.get(name) ?? NONE;
      const b = this.standing.get(name)?.bits ?? NONE;
      if (Buffer.compare(a, b) !== 0) yield { name, journal: taken(a), row: taken(b) };
    }
  }
}

const NONE = new Uint8Array(CODES_IN_ROW / 8);

function taken(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte >>= 1) count += byte & 1;
  return count;
}
