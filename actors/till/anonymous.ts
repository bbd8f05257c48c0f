/**
 * Baskets of nobody: each anonymous transaction is a customer of its own until somebody claims it, and an alias of whoever
 * did from then on. Invariant: nobody can report an event for such an id.
 */
const PREFIX = 'anonymous:';

export function anonymousId(transactionId: string): string {
  return PREFIX + transactionId;
}

export function isAnonymous(customerId: string): boolean {
  return customerId.startsWith(PREFIX);
}
