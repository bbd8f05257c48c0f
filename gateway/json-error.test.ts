import fc from 'fast-check';
import t from 'tap';
import { findJsonError } from './json-error.js';

t.test('the place of a fault', async (t) => {
  const cases: [string, number, RegExp][] = [
    ['', 0, /ends too early/],
    ['   ', 3, /ends too early/],
    ['{"a":}', 5, /‘}’ where a value should be/],
    ['{"a" 1}', 5, /":" should be/],
    ['{a: 1}', 1, /key in double quotes/],
    ["{'a': 1}", 1, /key in double quotes/],
    ['{"a":1,}', 7, /key in double quotes/],
    ['[1,]', 3, /where a value should be/],
    ['[1 2]', 3, /"," or "]" should be/],
    ['{"a":1]', 6, /"," or "}" should be/],
    ['[1', 2, /ends too early/],
    ['"abc', 4, /never ends/],
    ['"a\nb"', 2, /may not stand in a string/],
    ['"\\x"', 2, /may not stand in a string/],
    ['"\\u12g4"', 2, /may not stand in a string/],
    ['tru', 0, /value should be/],
    ['01', 1, /after the value/],
    ['-', 0, /value should be/],
    ['+1', 0, /value should be/],
    ['NaN', 0, /value should be/],
    ['1 2', 2, /after the value/],
    ['{} }', 3, /after the value/],
    ['\u00001', 0, /\\u0000/],
  ];
  for (const [text, offset, detail] of cases) {
    t.throws(() => JSON.parse(text), text);
    const fault = findJsonError(text);
    t.equal(fault?.offset, offset, text);
    t.match(fault?.detail, detail, text);
  }
});

t.test('lines and columns count from 1', async (t) => {
  t.match(findJsonError('{\n  "a": 1,\n  b: 2\n}'), { line: 3, column: 3 });
  t.match(findJsonError('x'), { line: 1, column: 1 });
});

t.test('a thousand and a million deep it still answers', async (t) => {
  t.match(findJsonError('['.repeat(1_000_000)), { detail: /ends too early/ });
});

t.test('it agrees with JSON.parse on what is JSON', async (t) => {
  const mutated = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '0', 'e', '\n'))
    .map(([text, at, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), mutated), (text) => {
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      return (findJsonError(text) === undefined) === parses;
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.pass();
});
