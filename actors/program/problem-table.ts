/** Tables of problems for tests: one change to the specimen, and the one problem it must be answered with. */
import type { Test } from 'tap';
import type { Problem } from './problem.js';
import { coffeeDocument, type Loose } from './specimen.js';
import { validateProgram } from './validate.js';

export function problemsOf(document: unknown): readonly Problem[] {
  const result = validateProgram(document);
  return result.ok ? [] : result.errors;
}

export type Row = readonly [
  name: string,
  change: (document: Loose) => void,
  pointer: string,
  code: string,
  detail: RegExp,
];

/** Each change alone is answered with exactly this problem. */
export function tellsProblems(t: Pick<Test, 'test'>, name: string, rows: readonly Row[]): void {
  t.test(name, async (t) => {
    for (const [what, change, pointer, code, detail] of rows) {
      const document = coffeeDocument();
      change(document);
      const problems = problemsOf(document);
      t.match(problems, [{ pointer, code, detail }], `${what}: ${code} at ${pointer}`);
      t.equal(problems.length, 1, `${what}: no other problem`);
    }
  });
}

/** Sets one value, by its path with dots. */
export function set(path: string, value: unknown): (document: Loose) => void {
  return (document) => {
    const [parent, last] = parentOf(document, path);
    parent[last] = value as Loose;
  };
}

/** Leaves one key out. */
export function drop(path: string): (document: Loose) => void {
  return (document) => {
    const [parent, last] = parentOf(document, path);
    delete parent[last];
  };
}

function parentOf(document: Loose, path: string): [parent: Loose, last: string] {
  const keys = path.split('.');
  const last = keys.pop()!;
  let parent = document;
  for (const key of keys) parent = parent[key]!;
  return [parent, last];
}
