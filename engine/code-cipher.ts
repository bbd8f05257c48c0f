/**
 * Generated promo codes without a list of them: a code is its number, enciphered by a secret. Every number has one code
 * and every code one number, so none occurs twice; a text is a code where its number is below how many there are, so
 * without the secret it can only be guessed (`codeGuessesMin`).
 *
 * The cipher is a Feistel network over the letters of the code, as in NIST SP 800-38G (FF1), with AES for its rounds and
 * a key of its own for each promo code and length. Invariant: the same secret, promo code and length give the same codes for ever, on every node.
 */
import { type Cipher, createCipheriv, createHmac } from 'node:crypto';
import { CODE_ALPHABET } from '../actors/program/code-text.js';

const ROUNDS = 10;
const BASE = CODE_ALPHABET.length;
const DIGITS: ReadonlyMap<string, number> = new Map([...CODE_ALPHABET].map((letter, digit) => [letter, digit]));

export class CodeCipher {
  readonly #aes: Cipher;
  /** Letters of the two halves, and how many values each has; at most 2^50. */
  readonly #left: number;
  readonly #right: number;
  readonly #leftSize: number;
  readonly #rightSize: number;
  readonly #block = Buffer.alloc(16);

  /** `length`: letters of a code, 6 to 20. */
  constructor(secret: string, promoCodeId: string, length: number) {
    const key = createHmac('sha256', secret).update(`${length}/${promoCodeId}`).digest();
    // One block at a time, each by itself: a pseudorandom function of round and half.
    this.#aes = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    this.#left = Math.floor(length / 2);
    this.#right = length - this.#left;
    this.#leftSize = BASE ** this.#left;
    this.#rightSize = BASE ** this.#right;
  }

  /** The code of a number from 0. */
  text(serial: number): string {
    let a = Math.floor(serial / this.#rightSize);
    let b = serial % this.#rightSize;
    for (let round = 0; round < ROUNDS; round++) {
      const sum = (a + this.#mix(round, b)) % this.#sizeIn(round);
      a = b;
      b = sum;
    }
    return letters(a, this.#left) + letters(b, this.#right);
  }

  /** The number of a code; undefined where it is `count` or more, or other letters are in it. */
  serial(text: string, count: number): number | undefined {
    let a = numberOf(text, 0, this.#left);
    let b = numberOf(text, this.#left, text.length);
    if (a < 0 || b < 0) return undefined;
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const size = this.#sizeIn(round);
      const before = (b - (this.#mix(round, a) % size) + size) % size;
      b = a;
      a = before;
    }
    const serial = a * this.#rightSize + b;
    return serial < count ? serial : undefined;
  }

  #sizeIn(round: number): number {
    return round % 2 === 0 ? this.#leftSize : this.#rightSize;
  }

  #mix(round: number, half: number): number {
    this.#block.writeUInt8(round, 0);
    this.#block.writeDoubleBE(half, 1);
    const mixed = this.#aes.update(this.#block);
    return (mixed.readUInt32BE(0) & 0x3ffff) * 2 ** 32 + mixed.readUInt32BE(4);
  }
}

function letters(value: number, length: number): string {
  let text = '';
  let left = value;
  for (let i = 0; i < length; i++) {
    text = CODE_ALPHABET[left % BASE]! + text;
    left = Math.floor(left / BASE);
  }
  return text;
}

/** -1 where a character is none of the alphabet. */
function numberOf(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = DIGITS.get(text[i]!);
    if (digit === undefined) return -1;
    value = value * BASE + digit;
  }
  return value;
}
