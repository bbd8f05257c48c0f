/**
 * Which generated promo codes are taken, over all customers (`actors/customer/issued-codes.ts`): a bit for each code, a
 * fold over the `code.counted` of every entry, asked by the judge within its turn.
 *
 * Owns: the bits in memory and their control rows, a row for each few thousand codes. Invariants: (1) a bit is changed in
 * the very turn that records the change, so of two claims in one turn the second is refused; (2) a row says at which
 * entry it stands, and replay passes over what it has already (DESIGN D9); (3) `verify` proves every bit.
 */
import type { IssuedCodes } from '../actors/customer/issued-codes.js';
import type { CodeCounted } from '../actors/outcome.js';
import type { PromoCode } from '../actors/program/program.js';
import type { Checkpoint } from './checkpoint.js';
import { CodeCipher } from './code-cipher.js';
import { pack, unpack } from './pack.js';
import type { Rows } from './rows.js';

/** Control table of the bits: name → [bits, sequence of the entry they stand at]. */
export const CODES = '#code';
export const CODES_IN_ROW = 4_096;
const CIPHERS_MAX = 1_000;

/** A row: `name` is promo code, length and which thousands of its codes. */
export interface TakenRow {
  readonly name: string;
  readonly bits: Uint8Array;
  readonly sequence: number;
}

interface Standing {
  readonly bits: Uint8Array;
  sequence: number;
  /** The entry at which its row stood when it was read: what came before is in it. */
  readonly from: number;
}

export class TakenCodes implements IssuedCodes {
  private readonly standing = new Map<string, Standing>();
  private readonly ciphers = new Map<string, CodeCipher>();
  private checkpoint: Pick<Checkpoint, 'changed'> | undefined;
  private secret: () => string | undefined = () => undefined;

  constructor(rows: Pick<Rows, 'control'> | undefined) {
    if (rows === undefined) return;
    for (const { name, bits, sequence } of storedCodes(rows))
      this.standing.set(name, { bits: Uint8Array.from(bits), sequence, from: sequence });
  }

  /** `secret`: what codes are made of, from the first program that has generated codes on. */
  attach(checkpoint: Pick<Checkpoint, 'changed'>, secret: () => string | undefined): void {
    this.checkpoint = checkpoint;
    this.secret = secret;
  }

  serialOf({ id, issue }: PromoCode, text: string): number | undefined {
    return this.cipher(id, issue!.length)?.serial(text, issue!.count);
  }

  isTaken(promoCodeId: string, length: number, serial: number): boolean {
    const bits = this.standing.get(rowName(promoCodeId, length, serial))?.bits;
    return bits !== undefined && (bits[byteOf(serial)]! & bitOf(serial)) !== 0;
  }

  /** The code of a number; undefined where no program with generated codes was ever published. */
  textOf(promoCodeId: string, length: number, serial: number): string | undefined {
    return this.cipher(promoCodeId, length)?.text(serial);
  }

  /** Folds one outcome, live or on replay. */
  apply({ promoCodeId, by, single }: CodeCounted, sequence: number): void {
    if (single === undefined || by === 0) return;
    const [length, serial] = single;
    const name = rowName(promoCodeId, length, serial);
    let row = this.standing.get(name);
    if (row === undefined) {
      row = { bits: new Uint8Array(CODES_IN_ROW / 8), sequence: 0, from: 0 };
      this.standing.set(name, row);
    }
    if (sequence <= row.from) return;
    if (by > 0) row.bits[byteOf(serial)]! |= bitOf(serial);
    else row.bits[byteOf(serial)]! &= ~bitOf(serial);
    row.sequence = sequence;
    this.checkpoint?.changed(CODES, name, encodeTaken(row));
  }

  *list(): Iterable<TakenRow> {
    for (const [name, { bits, sequence }] of this.standing) yield { name, bits, sequence };
  }

  private cipher(promoCodeId: string, length: number): CodeCipher | undefined {
    const name = `${length}/${promoCodeId}`;
    const known = this.ciphers.get(name);
    if (known !== undefined) return known;
    const secret = this.secret();
    if (secret === undefined) return undefined;
    const cipher = new CodeCipher(secret, promoCodeId, length);
    // Programs come and go: those in force are made again at once.
    if (this.ciphers.size >= CIPHERS_MAX) this.ciphers.clear();
    this.ciphers.set(name, cipher);
    return cipher;
  }
}

/** The bits as they stand in control rows. */
export function* storedCodes(rows: Pick<Rows, 'control'>): Iterable<TakenRow> {
  for (const { key, value } of rows.control.range({ start: [CODES, ''] })) {
    const [table, name] = key as [string, string];
    if (table !== CODES) return;
    const [bits, sequence] = unpack<[Uint8Array, number]>(value);
    yield { name, bits, sequence };
  }
}

export function encodeTaken({ bits, sequence }: Pick<TakenRow, 'bits' | 'sequence'>): Uint8Array {
  return pack([bits, sequence]);
}

/** The row that a code's bit is in. */
export function rowName(promoCodeId: string, length: number, serial: number): string {
  return `${promoCodeId}/${length}/${Math.floor(serial / CODES_IN_ROW)}`;
}

function byteOf(serial: number): number {
  return (serial % CODES_IN_ROW) >> 3;
}

function bitOf(serial: number): number {
  return 1 << (serial & 7);
}
