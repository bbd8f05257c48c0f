/**
 * Operators: one specialised test each, made once for an operand (PROGRAM: Conditions, Operators).
 *
 * Rules they share: a missing value (undefined or null) makes every operator false but `exists: false`; types are
 * never converted, a value of another type is not equal and neither more nor less; on a list `eq`, `in` and
 * `contains` ask any element, `ne` and `nin` none; `has…` are of lists only.
 * Invariant: a test allocates nothing and never throws, whatever the value.
 */
import type { FieldCondition, NumberTest, Operator, Scalar } from './document-condition.js';
import { OPERATORS } from './document-condition.js';
import { compareText } from './text.js';

export type Test = (value: unknown) => boolean;

/** Lists longer than this are looked up in a Set. */
const SCAN_MAX = 8;

/** The operator beside `field`. The document was validated: there is exactly one. */
export function operatorOf(condition: FieldCondition): Operator {
  for (const operator of OPERATORS) if (condition[operator] !== undefined) return operator;
  throw new Error(`condition on ${condition.field} without an operator`);
}

/** The test of one operator with its operand, as the document says it. */
export function operatorTest(condition: FieldCondition): Test {
  const operator = operatorOf(condition);
  switch (operator) {
    case 'eq':
      return equal(condition.eq!);
    case 'ne':
      return differs(equal(condition.ne!));
    case 'in':
      return among(condition.in!);
    case 'nin':
      return differs(among(condition.nin!));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ordered(operator, condition[operator]!);
    case 'between':
      return between(condition.between![0]!, condition.between![1]!);
    case 'has':
      return has(condition.has!);
    case 'hasAny':
      return hasAny(condition.hasAny!);
    case 'hasAll':
      return hasAll(condition.hasAll!);
    case 'exists':
      return condition.exists! ? (value) => !missing(value) : missing;
    case 'startsWith': {
      const prefix = condition.startsWith!;
      return (value) => typeof value === 'string' && value.startsWith(prefix);
    }
    case 'contains':
      return contains(condition.contains!);
    default:
      return operator satisfies never;
  }
}

/** All comparisons of a number test together (`quantity: {gte: 2, lt: 10}`). */
export function numberTest(document: NumberTest): (value: number) => boolean {
  const tests: Test[] = [];
  for (const operator of OPERATORS) {
    if (Object.hasOwn(document, operator)) {
      const operand = document[operator as keyof NumberTest];
      tests.push(operatorTest({ field: '', [operator]: operand }));
    }
  }
  if (tests.length === 1) return tests[0]!;
  return (value) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(value)) return false;
    return true;
  };
}

function missing(value: unknown): boolean {
  return value === undefined || value === null;
}

function differs(same: Test): Test {
  return (value) => value !== undefined && value !== null && !same(value);
}

function equal(operand: Scalar): Test {
  return (value) => value === operand || (Array.isArray(value) && value.includes(operand));
}

function among(operands: readonly Scalar[]): Test {
  if (operands.length > SCAN_MAX) {
    const set: ReadonlySet<unknown> = new Set<unknown>(operands);
    return (value) => {
      if (!Array.isArray(value)) return set.has(value);
      for (let i = 0; i < value.length; i++) if (set.has(value[i])) return true;
      return false;
    };
  }
  const scanned: readonly unknown[] = operands;
  return (value) => {
    if (!Array.isArray(value)) return scanned.includes(value);
    for (let i = 0; i < value.length; i++) if (scanned.includes(value[i])) return true;
    return false;
  };
}

function ordered(operator: 'gt' | 'gte' | 'lt' | 'lte', operand: string | number): Test {
  if (typeof operand === 'number') {
    switch (operator) {
      case 'gt':
        return (value) => typeof value === 'number' && value > operand;
      case 'gte':
        return (value) => typeof value === 'number' && value >= operand;
      case 'lt':
        return (value) => typeof value === 'number' && value < operand;
      case 'lte':
        return (value) => typeof value === 'number' && value <= operand;
      default:
        return operator satisfies never;
    }
  }
  switch (operator) {
    case 'gt':
      return (value) => typeof value === 'string' && compareText(value, operand) > 0;
    case 'gte':
      return (value) => typeof value === 'string' && compareText(value, operand) >= 0;
    case 'lt':
      return (value) => typeof value === 'string' && compareText(value, operand) < 0;
    case 'lte':
      return (value) => typeof value === 'string' && compareText(value, operand) <= 0;
    default:
      return operator satisfies never;
  }
}

function between(low: string | number, high: string | number): Test {
  if (typeof low === 'number' && typeof high === 'number') {
    return (value) => typeof value === 'number' && value >= low && value <= high;
  }
  const from = String(low);
  const to = String(high);
  return (value) => typeof value === 'string' && compareText(value, from) >= 0 && compareText(value, to) <= 0;
}

function has(operand: Scalar): Test {
  return (value) => Array.isArray(value) && value.includes(operand);
}

function hasAny(operands: readonly Scalar[]): Test {
  const any = among(operands);
  return (value) => Array.isArray(value) && any(value);
}

function hasAll(operands: readonly Scalar[]): Test {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < operands.length; i++) if (!value.includes(operands[i])) return false;
    return true;
  };
}

function contains(part: string): Test {
  return (value) => {
    if (typeof value === 'string') return value.includes(part);
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      if (typeof element === 'string' && element.includes(part)) return true;
    }
    return false;
  };
}
