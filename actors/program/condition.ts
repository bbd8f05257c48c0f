/**
 * Conditions compiled to closures (PROGRAM: Conditions). `test` is the hot path: no allocation, no look-up by name.
 * `explain` gives the same verdict with what was seen at every node; a property test holds the two together.
 */
import type { Json } from '../event.js';
import type { ConditionDocument, FieldCondition, LineConditionDocument, LinesTest } from './document-condition.js';
import { numberTest, operatorOf, operatorTest } from './operator.js';
import { eventPath, jsonAt, linePath, type PathSpec } from './path.js';
import type { Condition, ConditionTrace, LineCondition, LineView, View } from './program.js';

/** A condition on any subject: an event's view, or one line. */
interface Compiled<S> {
  test(subject: S): boolean;
  explain(subject: S): ConditionTrace;
}

/** Compiles a validated condition. Throws (a bug) where the document was not validated. */
export function compileCondition(document: ConditionDocument): Condition {
  return compileNode(document, ofEvents);
}

/** Compiles a validated condition on one line. */
export function compileLineCondition(document: LineConditionDocument): LineCondition {
  return compileNode(document, ofLines);
}

/** What conditions on a subject have of their own. */
interface Kind<S, D> {
  readonly path: (path: string) => PathSpec<S> | undefined;
  /** A test of a field that is quicker than reading it and asking the operator. */
  readonly quick: (document: FieldCondition) => ((subject: S) => boolean) | undefined;
  /** Nodes beyond field, all, any and not. */
  readonly other: (node: D) => Compiled<S>;
}

const ofEvents: Kind<View, ConditionDocument> = {
  path: eventPath,
  quick: tagTest,
  other: (node) => {
    if (!('lines' in node)) throw new Error('not a condition');
    return compileLines(node.lines);
  },
};

const ofLines: Kind<LineView, LineConditionDocument> = {
  path: linePath,
  quick: () => undefined,
  other: () => {
    throw new Error('not a condition on a line');
  },
};

type Node<D> = FieldCondition | { all: D[] } | { any: D[] } | { not: D };

function compileNode<S, D extends object>(document: D, kind: Kind<S, D>): Compiled<S> {
  const node = document as D & Node<D>;
  const inner = (child: D) => compileNode(child, kind);
  if ('field' in node) return compileField(node as FieldCondition, kind);
  if ('all' in node) return all((node.all as D[]).map(inner));
  if ('any' in node) return any((node.any as D[]).map(inner));
  if ('not' in node) return not(inner(node.not as D));
  return kind.other(document);
}

function compileField<S, D>(document: FieldCondition, kind: Kind<S, D>): Compiled<S> {
  const spec = kind.path(document.field);
  if (spec === undefined) throw new Error(`no path ${document.field}`);
  const { read } = spec;
  const holds = operatorTest(document);
  const op = operatorOf(document);
  const need = document[op] as Json;
  return {
    test: kind.quick(document) ?? ((subject) => holds(read(subject))),
    explain: (subject) => {
      const have = jsonAt(spec, subject);
      return { field: document.field, op, need, have: have ?? null, holds: holds(have) };
    },
  };
}

/** Tags are looked up, not listed. */
function tagTest(document: FieldCondition): ((view: View) => boolean) | undefined {
  if (document.field !== 'customer.tags') return undefined;
  const tags = (document.has === undefined ? (document.hasAny ?? document.hasAll) : [document.has])?.map(String);
  if (tags === undefined) return undefined;
  if (document.hasAny === undefined) {
    return ({ customer }) => {
      for (let i = 0; i < tags.length; i++) if (!customer.hasTag(tags[i]!)) return false;
      return true;
    };
  }
  return ({ customer }) => {
    for (let i = 0; i < tags.length; i++) if (customer.hasTag(tags[i]!)) return true;
    return false;
  };
}

function all<S>(parts: readonly Compiled<S>[]): Compiled<S> {
  const explain = (subject: S): ConditionTrace => {
    const traces = parts.map((part) => part.explain(subject));
    return { all: traces, holds: traces.every((trace) => trace.holds) };
  };
  if (parts.length === 1) return { test: parts[0]!.test, explain };
  if (parts.length === 2) {
    const [first, second] = [parts[0]!.test, parts[1]!.test];
    return { test: (subject) => first(subject) && second(subject), explain };
  }
  const tests = parts.map((part) => part.test);
  return {
    test: (subject) => {
      for (let i = 0; i < tests.length; i++) if (!tests[i]!(subject)) return false;
      return true;
    },
    explain,
  };
}

function any<S>(parts: readonly Compiled<S>[]): Compiled<S> {
  const tests = parts.map((part) => part.test);
  return {
    test: (subject) => {
      for (let i = 0; i < tests.length; i++) if (tests[i]!(subject)) return true;
      return false;
    },
    explain: (subject) => {
      const traces = parts.map((part) => part.explain(subject));
      return { any: traces, holds: traces.some((trace) => trace.holds) };
    },
  };
}

function not<S>(part: Compiled<S>): Compiled<S> {
  const { test } = part;
  return {
    test: (subject) => !test(subject),
    explain: (subject) => {
      const trace = part.explain(subject);
      return { not: trace, holds: !trace.holds };
    },
  };
}

/** The matching lines together; without `quantity` and `amount` one unit is enough, and one must match in any case. */
function compileLines(document: LinesTest): Condition {
  const ofLine = document.where === undefined ? undefined : compileLineCondition(document.where);
  const where = ofLine?.test;
  const quantityHolds = document.quantity === undefined ? undefined : numberTest(document.quantity);
  const amountHolds = document.amount === undefined ? undefined : numberTest(document.amount);
  const needQuantity = (document.quantity ?? { gte: 1 }) as Json;
  const needAmount = (document.amount ?? null) as Json;
  const enough = quantityHolds === undefined && amountHolds === undefined;
  return {
    test: (view) => {
      const lines = view.lines;
      if (lines === undefined) return false;
      let quantity = 0;
      let amount = 0;
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i]!;
        if (line.quantity < 1 || (where !== undefined && !where(line))) continue;
        if (enough) return true;
        quantity += line.quantity;
        amount += line.amount;
      }
      if (quantity < 1) return false;
      return (
        (quantityHolds === undefined || quantityHolds(quantity)) && (amountHolds === undefined || amountHolds(amount))
      );
    },
    explain: (view) => {
      let quantity = 0;
      let amount = 0;
      for (const line of view.lines ?? []) {
        if (line.quantity < 1 || (where !== undefined && !where(line))) continue;
        quantity += line.quantity;
        amount += line.amount;
      }
      const holds = quantity >= 1 && (quantityHolds?.(quantity) ?? true) && (amountHolds?.(amount) ?? true);
      const traces =
        ofLine === undefined
          ? {}
          : {
              where: (view.lines ?? [])
                .filter((line) => line.quantity >= 1)
                .map((line) => ({ lineId: line.lineId, ...ofLine.explain(line) })),
            };
      const units = { quantity: { have: quantity, need: needQuantity }, amount: { have: amount, need: needAmount } };
      return { lines: { ...traces, ...units }, holds };
    },
  };
}
