/** A request's body as text and as JSON; what cannot be read is told with its place. */
import { findJsonError } from './json-error.js';
import { ProblemError } from './problem.js';
import { utf8 } from './text.js';

/** A whole JSON text. Throws `unparseable` with the place of the fault. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const fault = findJsonError(text);
    if (fault === undefined) throw new ProblemError('unparseable', 'The body is not JSON.');
    const { offset, line, column, detail } = fault;
    throw new ProblemError('unparseable', text.trim() === '' ? 'The body is empty.' : `The body is ${detail}.`, {
      members: { position: { offset, line, column } },
    });
  }
}

/** The body as text. Throws `unparseable` where it is not UTF-8. */
export function textOf(body: Uint8Array): string {
  const text = utf8(body);
  if (text === undefined) throw new ProblemError('unparseable', 'The body is not UTF-8.');
  return text;
}
