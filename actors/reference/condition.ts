/** Conditions (PROGRAM: Conditions; "Edges, decided: Conditions"), asked of a view of one event. */
import type { Condition, Numbers, Of, Scalar } from './document.js';
import type { LineView, View } from './view.js';
import { dateText, localDay, wallAt, weekday } from './zone.js';

export function holds(condition: Condition, view: View): boolean {
  if ('all' in condition) return (condition.all as Condition[]).every((each) => holds(each, view));
  if ('any' in condition) return (condition.any as Condition[]).some((each) => holds(each, view));
  if ('not' in condition) return !holds(condition.not as Condition, view);
  if ('lines' in condition) return linesHold(condition.lines as LinesCondition, view);
  return operatorHolds(condition as Numbers, valueAt(condition.field, view));
}

type LinesCondition = { readonly where?: Condition; readonly quantity?: Numbers; readonly amount?: Numbers };

/** "The matching lines together reach the quantity and the amount (with neither, one unit is enough)." "At least one unit must match." */
function linesHold({ where, quantity, amount }: LinesCondition, view: View): boolean {
  const matching = (view.lines ?? []).filter((line) => where === undefined || lineHolds(where, line));
  const units = matching.reduce((sum, line) => sum + line.quantity, 0);
  const cost = matching.reduce((sum, line) => sum + line.amount, 0);
  if (units < 1) return false;
  return (
    (quantity === undefined || operatorHolds(quantity, units)) && (amount === undefined || operatorHolds(amount, cost))
  );
}

function lineHolds(condition: Condition, line: LineView): boolean {
  if ('all' in condition) return (condition.all as Condition[]).every((each) => lineHolds(each, line));
  if ('any' in condition) return (condition.any as Condition[]).some((each) => lineHolds(each, line));
  if ('not' in condition) return !lineHolds(condition.not as Condition, line);
  const { field } = condition as { field: string };
  const value = field.startsWith('attributes.')
    ? walked(line.attributes, field.slice('attributes.'.length))
    : (line as unknown as Record<string, unknown>)[field];
  return operatorHolds(condition as Numbers, value);
}

/** Every operator beside the field. "A missing field makes every comparison false; `exists: false` is true for it." "A null is missing." */
function operatorHolds(operators: Numbers, value: unknown): boolean {
  return Object.entries(operators).every(
    ([operator, operand]) => operator === 'field' || one(operator, operand, value),
  );
}

function one(operator: string, operand: unknown, value: unknown): boolean {
  const missing = value === undefined || value === null;
  if (operator === 'exists') return operand === !missing;
  if (missing) return false;
  const list = Array.isArray(value) ? (value as unknown[]) : undefined;
  // "On a list `eq`, `in`, `contains` ask any element; `ne`, `nin` none."
  const elements = list ?? [value];
  switch (operator) {
    case 'eq':
      return elements.some((each) => each === operand);
    case 'ne':
      return !elements.some((each) => each === operand);
    case 'in':
      return elements.some((each) => (operand as unknown[]).includes(each));
    case 'nin':
      return !elements.some((each) => (operand as unknown[]).includes(each));
    case 'gt':
      return compare(value, operand) === 'more';
    case 'gte':
      return ['more', 'same'].includes(compare(value, operand));
    case 'lt':
      return compare(value, operand) === 'less';
    case 'lte':
      return ['less', 'same'].includes(compare(value, operand));
    case 'between': {
      // "`between` includes both ends."
      const [low, high] = operand as [unknown, unknown];
      return ['more', 'same'].includes(compare(value, low)) && ['less', 'same'].includes(compare(value, high));
    }
    case 'has':
      return list?.includes(operand) ?? false;
    case 'hasAny':
      return list?.some((each) => (operand as unknown[]).includes(each)) ?? false;
    case 'hasAll':
      return list !== undefined && (operand as unknown[]).every((each) => list.includes(each));
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(operand as string);
    case 'contains':
      return elements.some((each) => typeof each === 'string' && each.includes(operand as string));
    default:
      throw new Error(`there is no operator ${operator}`);
  }
}

/** "Text compares by code point, case counts; types are never converted." "A value of another type is not equal and neither more nor less." */
function compare(value: unknown, operand: unknown): 'less' | 'same' | 'more' | 'neither' {
  if (typeof value === 'number' && typeof operand === 'number')
    return value < operand ? 'less' : value > operand ? 'more' : 'same';
  if (typeof value !== 'string' || typeof operand !== 'string') return 'neither';
  const [a, b] = [[...value], [...operand]].map((text) => text.map((each) => each.codePointAt(0)!)) as [
    number[],
    number[],
  ];
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? 'less' : 'more';
  return a.length === b.length ? 'same' : a.length < b.length ? 'less' : 'more';
}

/** What a path names. */
export function valueAt(path: string, view: View): unknown {
  const { event, customer } = view;
  const rest = (prefix: string) => (path.startsWith(prefix) ? path.slice(prefix.length) : undefined);
  const data = rest('data.');
  if (data !== undefined) return walked(event.data, data);
  const attribute = rest('customer.attributes.');
  if (attribute !== undefined) return walked(customer.attributes, attribute);
  const system = rest('customer.tier.');
  if (system !== undefined) return customer.tiers.get(system);
  const account = rest('customer.points.');
  if (account !== undefined) return customer.points.get(account);
  const wall = () => wallAt(view.localZone, event.time);
  switch (path) {
    case 'type':
      return event.type;
    case 'source':
      return event.source;
    case 'amount':
      return view.amount;
    case 'quantity':
      return view.quantity;
    case 'storeId':
      return view.storeId;
    case 'store.tags':
      return view.storeTags;
    case 'channel':
      return view.channel;
    case 'local.hour':
      return wall().hour;
    case 'local.minuteOfDay':
      return wall().hour * 60 + wall().minute;
    case 'local.dayOfWeek':
      return weekday(localDay(view.localZone, event.time));
    case 'local.date':
      return dateText(localDay(view.localZone, event.time));
    case 'customer.status':
      return customer.status;
    case 'customer.tags':
      return customer.tags;
    case 'customer.audiences':
      return customer.audiences;
    case 'customer.rfm.recencyDays':
      return customer.rfm?.recencyDays;
    case 'customer.rfm.frequency':
      return customer.rfm?.frequency;
    case 'customer.rfm.monetary':
      return customer.rfm?.monetary;
    case 'customer.rfm.score':
      return customer.rfm?.score;
    case 'customer.ageDays':
      return customer.ageDays;
    case 'customer.offers':
      return customer.offers;
    default:
      throw new Error(`there is no path ${path}`);
  }
}

function walked(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** What a rate or a sum is taken of: the amount, the units, or those of the lines that match. */
export function measured(of: Of, view: View): number {
  if (of === 'amount') return view.amount ?? 0;
  if (of === 'quantity') return view.quantity ?? 0;
  return linesTaken(of.lines, view).reduce((sum, line) => sum + (of.of === 'amount' ? line.amount : line.quantity), 0);
}

export function linesTaken(condition: Condition, view: View): LineView[] {
  return (view.lines ?? []).filter((line) => lineHolds(condition, line));
}

/** "A missing value counts nowhere; of a list each element counts." */
export function distinctValues(path: string, view: View): Scalar[] {
  const value = path === 'day' ? localDay(view.localZone, view.event.time) : valueAt(path, view);
  const elements = Array.isArray(value) ? (value as unknown[]) : [value];
  return elements.filter((each): each is Scalar => ['string', 'number', 'boolean'].includes(typeof each));
}
