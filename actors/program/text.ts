/** Text compared by code point, as PROGRAM asks; JavaScript's `<` compares UTF-16 units and differs beyond U+FFFF. */

/** Negative, 0 or positive: `a` before, same as, or after `b`. Case counts; nothing is normalised. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates (U+D800 to U+DFFF) stand for code points above U+FFFF and so rank above U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
