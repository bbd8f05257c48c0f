import fc from 'fast-check';
import t from 'tap';
import { compareText } from './text.js';

const byCodePoint = (a: string, b: string): number => {
  const x = [...a].map((c) => c.codePointAt(0)!);
  const y = [...b].map((c) => c.codePointAt(0)!);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return Math.sign(x[i]! - y[i]!);
  return Math.sign(x.length - y.length);
};

t.test('a character beyond U+FFFF is after every one up to it', async (t) => {
  t.ok(compareText('\u{1f600}', '\uffff') > 0, 'code points, where UTF-16 units would say less');
  t.ok('\u{1f600}' < '\uffff', 'and JavaScript itself says less');
  t.ok(compareText('\ue000', '\u{10000}') < 0);
  t.ok(compareText('\ud7ff', '\ue000') < 0);
});

t.test('case counts, a prefix is before the longer text, equal texts are equal', async (t) => {
  t.ok(compareText('Z', 'a') < 0);
  t.ok(compareText('ab', 'abc') < 0);
  t.equal(compareText('abc', 'abc'), 0);
  t.ok(compareText('', 'a') < 0);
});

t.test('the order is that of the code points, for any two texts', async (t) => {
  const unit = fc.oneof(
    fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  );
  const text = fc.array(unit, { maxLength: 4 }).map((parts) => parts.join(''));
  const seed = Date.now() & 0x7fffffff;
  t.comment(`seed ${seed}`);
  fc.assert(
    fc.property(text, text, (a, b) => Math.sign(compareText(a, b)) === byCodePoint(a, b)),
    { seed, numRuns: 2_000 },
  );
});
