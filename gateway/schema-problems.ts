/** What a TypeBox check found, as problems that teach: one per place, with the mend in words. */
import type { Problem } from '../engine/contract.js';

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: unknown;
  readonly message: string;
}

/** Errors of single keywords; those that only repeat another (a false schema, each branch of a union) are left out. */
export function schemaProblems(errors: Iterable<SchemaError>): Problem[] {
  const problems: Problem[] = [];
  for (const error of errors) {
    if (error.keyword === 'boolean' || error.keyword === 'const') continue;
    const params = error.params as Record<string, unknown>;
    if (error.keyword === 'additionalProperties') {
      for (const key of params.additionalProperties as string[]) {
        problems.push({
          pointer: pointer(error.instancePath, key),
          code: 'unknown_key',
          detail: `"${key}" is not known here. Leave it out.`,
        });
      }
    } else if (error.keyword === 'required') {
      for (const key of params.requiredProperties as string[]) {
        problems.push({ pointer: pointer(error.instancePath, key), code: 'missing', detail: `"${key}" is needed.` });
      }
    } else if (error.keyword === 'enum') {
      const allowed = (params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ');
      problems.push({ pointer: error.instancePath, code: 'not_one_of', detail: `Must be one of ${allowed}.` });
    } else {
      problems.push({
        pointer: error.instancePath,
        code: CODES[error.keyword] ?? 'invalid',
        detail: sentence(error.message),
      });
    }
  }
  return problems;
}

const CODES: Readonly<Record<string, string>> = {
  type: 'wrong_type',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  exclusiveMinimum: 'out_of_range',
  minLength: 'wrong_length',
  maxLength: 'wrong_length',
  minItems: 'wrong_length',
  maxItems: 'wrong_length',
  uniqueItems: 'repeated',
  pattern: 'wrong_form',
};

function pointer(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
