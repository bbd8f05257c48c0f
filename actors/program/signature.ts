/**
 * A rule's signature: changes exactly when what is counted changes (event, where, kind of measure and what it is of),
 * and not with the window or the need. Short, because every customer's progress carries it.
 */
import type { BehaviorDocument, RuleDocument } from './document-campaign.js';

export function signatureOf(rule: RuleDocument): string {
  const measure =
    rule.sum !== undefined
      ? ['sum', rule.sum.of]
      : rule.distinct !== undefined
        ? ['distinct', rule.distinct.of]
        : rule.streak !== undefined
          ? ['streak', rule.streak.unit]
          : rule.absent !== undefined
            ? ['absent']
            : ['times'];
  return hash53(canonical([rule.event, rule.where ?? null, measure]));
}

/** Of a whole behavior that is the basis of a tier system: its windows and needs say what counts, too. */
export function signatureOfBehavior(behavior: BehaviorDocument): string {
  return hash53(canonical(behavior));
}

/** JSON with the keys of every object in order, so that the order in which they were written does not count. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const record = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(record).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join(',')}}`;
}

/** cyrb53, a public-domain hash of 53 bits, in base 36. */
function hash53(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)).toString(36);
}
