/**
 * Promo codes as they are compared: without case, blanks or dashes (PROGRAM: promo codes). A code is kept, shown and
 * looked up in this form alone, so that two ways to write it are one code.
 */

/** What generated codes are written with: nothing that is mistaken for something else. */
export const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** The code without blanks and dashes, in capitals; '' where nothing else is in it. */
export function codeText(written: string): string {
  let text = '';
  for (const character of written) if (!isLeftOut(character)) text += character;
  return text.toUpperCase();
}

function isLeftOut(character: string): boolean {
  return DASHES.has(character) || character.trim() === '';
}
/** Hyphens, dashes and the minus sign: people type what their keyboard and their letter make of them. */
const DASHES: ReadonlySet<string> = new Set(
  [0x2d, 0xad, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xfe58, 0xfe63, 0xff0d].map((point) =>
    String.fromCodePoint(point),
  ),
);
