/** A program from a file (YAML or JSON), with every problem told by line. */
import { readFileSync } from 'node:fs';
import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { ProgramDocument } from '../../actors/program/document.js';
import { validateProgram } from '../../actors/program/validate.js';
import { type Parsed, UsageError } from './options.js';
import { print } from './terminal.js';

export interface FileProblem {
  readonly line: number;
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}
export type ProgramFile =
  | { readonly ok: true; readonly document: ProgramDocument }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads and validates. Throws UsageError where the file cannot be read. */
export function readProgram(file: string): ProgramFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the program cannot be read: ${(error as Error).message}`);
  }
  const counter = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: counter, merge: true });
  if (parsed.errors.length > 0) {
    const problems = parsed.errors.map((error) => ({
      line: counter.linePos(error.pos[0]).line,
      pointer: '',
      code: 'unparseable',
      detail: error.message.split('\n')[0]!,
    }));
    return { ok: false, problems };
  }
  const validated = validateProgram(parsed.toJS({ maxAliasCount: 100 }));
  if (validated.ok) return validated;
  const problems = validated.errors.map((problem) => ({
    ...problem,
    line: lineOf(parsed.contents, problem.pointer, counter),
  }));
  return { ok: false, problems };
}

/** The line of what a JSON pointer names, or of the nearest thing around it. */
function lineOf(contents: Node | null, pointer: string, counter: LineCounter): number {
  let node: unknown = contents;
  let offset = 0;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown } | null)?.value) === key);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return counter.linePos(offset).line;
}

/** `regulars program validate FILE`. */
export function validate(options: Parsed): number {
  const [, , file] = options.words;
  if (file === undefined) throw new UsageError('program validate takes a file (YAML or JSON)');
  const read = readProgram(file);
  if (read.ok) {
    const { campaigns = [], offers = [], tiers = [] } = read.document;
    const words = `${file}: valid; ${campaigns.length} campaigns, ${offers.length} offers, ${tiers.length} tier systems`;
    print(options.flag('json'), { valid: true }, [words]);
    return 0;
  }
  const lines = read.problems.map(
    ({ line, pointer, code, detail }) => `${file}:${line}: ${pointer || '/'} ${code}: ${detail}`,
  );
  print(options.flag('json'), { valid: false, errors: read.problems }, lines);
  return 1;
}
