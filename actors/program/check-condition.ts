/**
 * Checks of a condition beyond its shape: its paths exist, each operator can hold for what its path holds, names it
 * asks for are defined, and it is not nested too deep.
 */
import { limits } from '../limits.js';
import type { ConditionDocument, FieldCondition, NumberTest, Operator } from './document-condition.js';
import type { Names } from './names.js';
import { isPlain } from './names.js';
import { suggestion } from './nearest.js';
import { operatorOf } from './operator.js';
import { EVENT_PATH_NAMES, eventPath, LINE_PATH_NAMES, linePath, type PathSpec } from './path.js';
import { at, type Problems, shown } from './problem.js';

export interface ConditionContext {
  readonly names: Names;
  readonly problems: Problems;
  /** Type of the events it is asked of, where there is only one. */
  readonly eventType?: string;
}

export function checkCondition(document: ConditionDocument, pointer: string, context: ConditionContext): void {
  checkNode(document, pointer, context, false, 1);
}

/** A condition on one line. */
export function checkLineCondition(document: ConditionDocument, pointer: string, context: ConditionContext): void {
  checkNode(document, pointer, context, true, 1);
}

function checkNode(
  document: ConditionDocument,
  pointer: string,
  context: ConditionContext,
  line: boolean,
  depth: number,
): void {
  if (depth > limits.conditionNestingMax) {
    context.problems.add(
      pointer,
      'nested_too_deep',
      `Nested deeper than ${limits.conditionNestingMax}; flatten the condition.`,
    );
  } else if ('field' in document) {
    checkField(document, pointer, context, line);
  } else if ('all' in document) {
    document.all.forEach((child, i) => {
      checkNode(child, `${pointer}/all/${i}`, context, line, depth + 1);
    });
  } else if ('any' in document) {
    document.any.forEach((child, i) => {
      checkNode(child, `${pointer}/any/${i}`, context, line, depth + 1);
    });
  } else if ('not' in document) {
    checkNode(document.not, at(pointer, 'not'), context, line, depth + 1);
  } else {
    const { where, quantity, amount } = document.lines;
    const here = at(pointer, 'lines');
    if (where !== undefined) checkNode(where, at(here, 'where'), context, true, depth + 1);
    if (quantity !== undefined) checkNumbers(quantity, at(here, 'quantity'), context.problems);
    if (amount !== undefined) checkNumbers(amount, at(here, 'amount'), context.problems);
  }
}

function checkField(document: FieldCondition, pointer: string, context: ConditionContext, line: boolean): void {
  const { problems } = context;
  const spec = line ? linePath(document.field) : eventPath(document.field);
  if (spec === undefined) {
    problems.add(at(pointer, 'field'), 'unknown_path', unknownPath(document.field, line));
    return;
  }
  checkReference(spec, document, pointer, context);
  const operator = operatorOf(document);
  const here = at(pointer, operator);
  const refused = operatorRefused(operator, spec);
  if (refused !== undefined) {
    problems.add(here, 'operator_not_for_field', refused);
    return;
  }
  if (operator === 'exists') return;
  const operand: unknown = document[operator];
  const list = Array.isArray(operand);
  const operands: readonly unknown[] = list ? operand : [operand];
  operands.forEach((value, i) => {
    checkOperand(spec, value, list ? at(here, i) : here, problems);
  });
  if (operator === 'between') checkBetween(operands, here, problems);
}

function unknownPath(path: string, line: boolean): string {
  const known = line ? LINE_PATH_NAMES : EVENT_PATH_NAMES;
  const other = line ? eventPath(path) : linePath(path);
  const where =
    other === undefined
      ? suggestion(path, known)
      : line
        ? ' It is a path of the event: ask it outside lines.'
        : ' It is a path of a line: ask it inside {lines: {where: …}}.';
  return `There is no path ${shown(path)} ${line ? 'on a line' : 'here'}.${where || ` Known: ${known.join(', ')}.`}`;
}

/** Why this operator could never hold for what the path holds. */
function operatorRefused(operator: Operator, spec: PathSpec<never>): string | undefined {
  const lists = operator === 'has' || operator === 'hasAny' || operator === 'hasAll';
  const orders =
    operator === 'gt' || operator === 'gte' || operator === 'lt' || operator === 'lte' || operator === 'between';
  switch (spec.operand) {
    case 'any':
      return undefined;
    case 'texts':
      if (orders || operator === 'startsWith')
        return `${spec.path} is a list; use has, hasAny, hasAll, eq, in or contains.`;
      return undefined;
    case 'text':
      if (lists) return `${spec.path} is one text, not a list; use eq or in.`;
      return undefined;
    case 'integer':
      if (lists) return `${spec.path} is a number, not a list; use eq or in.`;
      if (operator === 'startsWith' || operator === 'contains')
        return `${spec.path} is a number, not a text; use eq, between or in.`;
      return undefined;
    default:
      return spec.operand satisfies never;
  }
}

function checkOperand(spec: PathSpec<never>, value: unknown, pointer: string, problems: Problems): void {
  if (spec.operand === 'integer') {
    if (typeof value !== 'number') {
      problems.add(
        pointer,
        'operand_type',
        `${spec.path} is a number; ${shown(value)} would never be equal to it (types are never converted).`,
      );
    } else if (!Number.isInteger(value)) {
      problems.add(
        pointer,
        'not_an_integer',
        `${spec.path} is a whole number, ${value} is not. Money is integer minor units: 10.50 is 1050.`,
      );
    }
  } else if (spec.operand !== 'any' && typeof value !== 'string') {
    problems.add(
      pointer,
      'operand_type',
      `${spec.path} is text; ${shown(value)} would never be equal to it (types are never converted).`,
    );
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    problems.add(pointer, 'not_finite', 'Must be a finite number.');
}

function checkBetween(operands: readonly unknown[], pointer: string, problems: Problems): void {
  const [low, high] = operands;
  if (typeof low !== typeof high) {
    problems.add(pointer, 'operand_type', 'Takes two numbers or two texts, [lowest, highest].');
  } else if (typeof low === 'number' && typeof high === 'number' && low > high) {
    problems.add(pointer, 'operand_order', `Takes [lowest, highest]; write [${high}, ${low}].`);
  }
}

function checkNumbers(test: NumberTest, pointer: string, problems: Problems): void {
  for (const [operator, operand] of Object.entries(test)) {
    const here = at(pointer, operator);
    const operands: readonly number[] = Array.isArray(operand) ? operand : [operand];
    operands.forEach((value, i) => {
      if (Number.isInteger(value)) return;
      const where = Array.isArray(operand) ? at(here, i) : here;
      problems.add(
        where,
        'not_an_integer',
        `Takes a whole number of units or minor units, not ${value}: 10.50 is 1050.`,
      );
    });
    if (operator === 'between') checkBetween(operands, here, problems);
  }
}

/** Names the path or its operand asks for: tier systems, levels, accounts, statuses, offers; fields of declared data. */
function checkReference(
  spec: PathSpec<never>,
  document: FieldCondition,
  pointer: string,
  context: ConditionContext,
): void {
  const { names, problems } = context;
  const field = at(pointer, 'field');
  switch (spec.names) {
    case 'status':
      checkNamed(document, names.statuses, 'status', 'unknown_status', pointer, problems);
      return;
    case 'offer':
      checkNamed(document, names.offers, 'offer', 'unknown_offer', pointer, problems);
      return;
    case 'tierSystem': {
      const levels = names.tiers.get(spec.rest);
      if (levels === undefined) {
        problems.add(
          field,
          'unknown_tier_system',
          `There is no tier system ${shown(spec.rest)}.${suggestion(spec.rest, names.tiers.keys())}`,
        );
      } else {
        checkNamed(document, levels, `level of ${spec.rest}`, 'unknown_level', pointer, problems);
      }
      return;
    }
    case 'account':
      if (!names.accounts.has(spec.rest)) {
        problems.add(
          field,
          'unknown_account',
          `There is no account ${shown(spec.rest)}.${suggestion(spec.rest, names.accounts)}`,
        );
      }
      return;
    case 'audience':
      checkNamed(document, names.audiences, 'audience', 'unknown_audience', pointer, problems);
      return;
    case 'rfm':
      if (!names.rfm)
        problems.add(
          field,
          'rfm_missing',
          `${spec.path} needs the program’s rfm: {window, recencyDays, frequency, monetary}.`,
        );
      return;
    case 'data':
      checkData(spec, field, context);
      return;
    default:
      return;
  }
}

const NAMING: readonly Operator[] = ['eq', 'ne', 'in', 'nin', 'has', 'hasAny', 'hasAll'];

function checkNamed(
  document: FieldCondition,
  known: ReadonlySet<string>,
  what: string,
  code: string,
  pointer: string,
  problems: Problems,
): void {
  const operator = operatorOf(document);
  if (!NAMING.includes(operator)) return;
  const operand: unknown = document[operator];
  const here = at(pointer, operator);
  (Array.isArray(operand) ? operand : [operand]).forEach((value: unknown, i) => {
    if (typeof value !== 'string' || known.has(value)) return;
    problems.add(
      Array.isArray(operand) ? at(here, i) : here,
      code,
      `There is no ${what} ${shown(value)}.${suggestion(value, known)}`,
    );
  });
}

/** A field of a declared type whose data is closed (`additionalProperties: false`) must be one of its properties. */
export function checkData(spec: PathSpec<never>, pointer: string, context: ConditionContext): void {
  const declared = context.eventType === undefined ? undefined : context.names.declared.get(context.eventType);
  let schema: unknown = declared?.schema;
  for (const key of spec.rest.split('.')) {
    if (!isPlain(schema)) return;
    const properties: unknown = schema.properties;
    if (isPlain(properties) && Object.hasOwn(properties, key)) {
      schema = properties[key];
      continue;
    }
    if (schema.additionalProperties !== false) return;
    const known = isPlain(properties) ? Object.keys(properties) : [];
    context.problems.add(
      pointer,
      'unknown_path',
      `The data of ${context.eventType} has no ${shown(key)}.${suggestion(key, known) || ` It has ${known.join(', ')}.`}`,
    );
    return;
  }
}
