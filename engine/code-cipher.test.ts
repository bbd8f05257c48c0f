import t from 'tap';
import { CODE_ALPHABET } from '../actors/program/code-text.js';
import { CodeCipher } from './code-cipher.js';

const COUNT = 2_000;

t.test('every number has a code of its own, and the code gives the number back', async (t) => {
  for (const length of [6, 7, 10, 13, 20]) {
    const cipher = new CodeCipher('secret', 'letter', length);
    const codes = new Set<string>();
    for (let serial = 0; serial < COUNT; serial++) {
      const text = cipher.text(serial);
      codes.add(text);
      if (cipher.serial(text, COUNT) !== serial) t.fail(`${length} ${serial} ${text}`);
    }
    t.equal(codes.size, COUNT, `${length} characters`);
    t.ok([...codes].every((code) => code.length === length && [...code].every((one) => CODE_ALPHABET.includes(one))));
    t.equal(cipher.serial(cipher.text(999_999), 1_000_000), 999_999);
  }
});

t.test('a code beyond the count is none, nor is one with other letters', async (t) => {
  const cipher = new CodeCipher('secret', 'letter', 10);
  t.equal(cipher.serial(cipher.text(COUNT), COUNT), undefined);
  t.equal(cipher.serial(cipher.text(COUNT), COUNT + 1), COUNT, 'until more are added');
  for (const text of ['IIIIIIIIII', 'abcdefghjk', '0000000000', '2345678__9'])
    t.equal(cipher.serial(text, COUNT), undefined);
});

t.test('other codes for another secret, promo code or length; the same for the same', async (t) => {
  const first = new CodeCipher('secret', 'letter', 10).text(7);
  t.equal(new CodeCipher('secret', 'letter', 10).text(7), first);
  t.not(new CodeCipher('other', 'letter', 10).text(7), first);
  t.not(new CodeCipher('secret', 'other', 10).text(7), first);
  t.not(new CodeCipher('secret', 'letter', 11).text(7).slice(0, 10), first);
  // Written by this build: a later one must read them.
  t.same(
    [0, 1, 99_999].map((serial) => new CodeCipher('secret', 'letter', 10).text(serial)),
    ['74CHX7J834', 'SEZ8QW8C5B', 'RN7NU6RZQL'],
  );
});

t.test('neighbours look like strangers: every place takes every letter about as often', async (t) => {
  const cipher = new CodeCipher('secret', 'letter', 10);
  const seen = Array.from({ length: 10 }, () => new Map<string, number>());
  for (let serial = 0; serial < 3_200; serial++)
    [...cipher.text(serial)].forEach((letter, place) => {
      seen[place]!.set(letter, (seen[place]!.get(letter) ?? 0) + 1);
    });
  for (const letters of seen) for (const count of letters.values()) t.ok(count > 50 && count < 160, String(count));
});
