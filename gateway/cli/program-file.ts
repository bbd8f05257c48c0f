/** A program from a file (YAML or JSON), with every problem told by line. */
import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { limits } from '../../actors/limits.js';
import type { ProgramDocument } from '../../actors/program/document.js';
import { validateProgram } from '../../actors/program/validate.js';
import { UsageError } from './options.js';
import type { Parsed } from './parse-options.js';
import { print } from './terminal.js';

export interface FileProblem {
  readonly line: number;
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  /** `file:line: pointer code: detail` */
  readonly text: string;
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
  const parsed = parseDocument(text, { lineCounter: counter, merge: true, prettyErrors: false });
  const problem = (line: number, pointer: string, code: string, detail: string): FileProblem => {
    return { line, pointer, code, detail, text: `${file}:${line}: ${pointer || '/'} ${code}: ${detail}` };
  };
  const unreadable = parsed.errors.map(({ pos, message }) =>
    problem(counter.linePos(pos[0]).line, '', 'unparseable', message),
  );
  if (unreadable.length > 0) return { ok: false, problems: unreadable };
  let document: unknown;
  try {
    document = parsed.toJS({ maxAliasCount: limits.yamlAliasesMax });
  } catch (error) {
    return { ok: false, problems: [problem(1, '', 'unparseable', (error as Error).message)] };
  }
  const validated = validateProgram(document);
  if (validated.ok) return validated;
  return {
    ok: false,
    problems: validated.errors.map(({ pointer, code, detail }) =>
      problem(lineOf(parsed.contents, pointer, counter), pointer, code, detail),
    ),
  };
}

/** The line of what a JSON pointer names, or of the nearest thing around it. */
function lineOf(contents: Node | null, pointer: string, counter: LineCounter): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return counter.linePos(offset).line || 1;
}

/** `regulars program validate FILE`. */
export function validate(options: Parsed, file: string): number {
  const read = readProgram(file);
  const json = options.flag('json');
  if (!read.ok) {
    const errors = read.problems.map(({ line, pointer, code, detail }) => ({ line, pointer, code, detail }));
    print(
      json,
      { valid: false, errors },
      read.problems.map((problem) => problem.text),
    );
    return 1;
  }
  const { campaigns = [], offers = [], tiers = [], points } = read.document;
  const counts = {
    campaigns: campaigns.length,
    offers: offers.length,
    accounts: points?.accounts?.length ?? 0,
    tierSystems: tiers.length,
  };
  print(json, { valid: true, ...counts }, [
    `${file}: ok: ${counts.campaigns} campaigns, ${counts.offers} offers, ${counts.accounts} points accounts, ${counts.tierSystems} tier systems`,
  ]);
  return 0;
}
