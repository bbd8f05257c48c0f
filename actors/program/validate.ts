/**
 * Validates a program document whole: every problem at once, each with where it is (JSON pointer), a stable code, and
 * how to mend it. First the shape (`shape.ts` along the TypeBox schema), then what needs more than one place.
 */
import { type ProgramDocument, ProgramSchema } from './document.js';
import { type Problem, Problems } from './problem.js';
import { bounded, checkShape, type SchemaNode } from './shape.js';

export type { Problem } from './problem.js';

export type Validated =
  | { readonly ok: true; readonly document: ProgramDocument }
  | { readonly ok: false; readonly errors: readonly Problem[] };

const ROOT = ProgramSchema as unknown as SchemaNode;

export function validateProgram(document: unknown): Validated {
  const problems = new Problems();
  if (bounded(document, problems)) checkShape(ROOT, ROOT, document, '', problems);
  if (problems.list.length > 0) return { ok: false, errors: problems.list };
  return { ok: true, document: document as ProgramDocument };
}
