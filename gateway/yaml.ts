/**
 * YAML 1.2 at the edge, bounded. The only importer of its library here. Aliases are allowed and counted, so that a few
 * bytes cannot become gigabytes; merges (`<<`) work; a map key `__proto__` is refused.
 */
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { limits } from '../actors/limits.js';
import { ProblemError } from './problem.js';

/** Throws `unparseable` with the line and column. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, {
    merge: true,
    prettyErrors: true,
    strict: true,
    uniqueKeys: true,
    schema: 'core',
  });
  const error = document.errors[0];
  if (error !== undefined) {
    const place = error.linePos?.[0];
    throw new ProblemError('unparseable', `The body is not YAML: ${error.message.split('\n')[0]}`, {
      members: place === undefined ? {} : { position: { offset: error.pos[0], line: place.line, column: place.col } },
    });
  }
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === '__proto__') {
        throw new ProblemError('unparseable', 'A key may not be called __proto__.');
      }
      if (isMap(pair.key)) throw new ProblemError('unparseable', 'A key must be plain text, not a map.');
    },
  });
  try {
    return document.toJS({ maxAliasCount: limits.yamlAliasesMax });
  } catch (thrown) {
    throw new ProblemError(
      'unparseable',
      `The body is not YAML as it is read here: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
  }
}
