/** Random documents for property tests: a valid one with one to three of its values replaced or left out. */
import fc from 'fast-check';
import { condition } from './condition.arbitrary.js';
import type { Loose } from './specimen.js';

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    Number.NaN,
    '',
    'none',
    'all',
    'tier',
    'stars',
    'main',
    'purchase',
    'visit',
    'data.x',
    'P1D',
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    ['a'],
    [{}],
    { kind: 'none' },
    { calendar: 'month' },
    { rolling: 'P1D' },
    { points: 'stars' },
    { tier: 'main' },
    { event: 'purchase' },
    { type: 'object' },
  ),
  condition,
  fc.jsonValue({ maxDepth: 2 }),
);

const LEFT_OUT = Symbol('left out');

/** `sample` stays as it is. */
export function mutated(sample: Loose): fc.Arbitrary<Loose> {
  const paths = pathsOf(sample, []);
  const change = fc.tuple(fc.constantFrom(...paths), fc.oneof(value, fc.constant(LEFT_OUT)));
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const document = structuredClone(sample);
    for (const [path, replacement] of changes) {
      let node: unknown = document;
      for (const key of path.slice(0, -1)) node = (node as Loose | null | undefined)?.[key];
      if (typeof node !== 'object' || node === null) continue;
      if (Array.isArray(node))
        node.splice(
          Number(path.at(-1)),
          1,
          ...(replacement === LEFT_OUT ? [] : [structuredClone(replacement) as Loose]),
        );
      else if (replacement === LEFT_OUT) delete (node as Loose)[path.at(-1)!];
      else (node as Loose)[path.at(-1)!] = structuredClone(replacement) as Loose;
    }
    return document;
  });
}

function pathsOf(node: unknown, path: readonly string[]): (readonly string[])[] {
  const own = path.length > 0 ? [path] : [];
  if (typeof node !== 'object' || node === null) return own;
  return [...own, ...Object.entries(node).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}
