/**
 * The names a document defines, gathered before references to them are checked. Lenient: whatever is there counts,
 * however wrong the rest of it, so that one mistake is not told twice.
 */
import { personalPaths } from './declared.js';

export interface Names {
  readonly statuses: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  /** Accounts whose points cannot be spent. */
  readonly unspendable: ReadonlySet<string>;
  /** Level ids by tier system. */
  readonly tiers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly offers: ReadonlySet<string>;
  readonly audiences: ReadonlySet<string>;
  readonly rewards: ReadonlySet<string>;
  readonly rfm: boolean;
  readonly declared: ReadonlyMap<string, DeclaredNames>;
}

export interface DeclaredNames {
  readonly schema: unknown;
  /** Paths of personal properties; '' where all of the data is. */
  readonly personal: readonly string[];
}

type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of the document; empty where it is absent or something else. */
export function listAt(document: unknown, ...keys: readonly string[]): readonly unknown[] {
  let value = document;
  for (const key of keys) value = isPlain(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(value) ? value : [];
}

export function namesOf(document: unknown): Names {
  const statuses = ids(listAt(document, 'statuses'));
  return {
    statuses: statuses.size === 0 ? new Set(['good']) : statuses,
    accounts: ids(listAt(document, 'points', 'accounts')),
    unspendable: ids(
      listAt(document, 'points', 'accounts').filter((account) => isPlain(account) && account.spendable === false),
    ),
    tiers: new Map(
      listAt(document, 'tiers').flatMap((tier) => {
        const id = textAt(tier, 'id');
        return id === undefined ? [] : [[id, ids(listAt(tier, 'levels'))] as const];
      }),
    ),
    offers: ids(listAt(document, 'offers')),
    audiences: ids(listAt(document, 'audiences')),
    rewards: ids(listAt(document, 'rewards')),
    rfm: isPlain(document) && isPlain(document.rfm),
    declared: new Map(
      listAt(document, 'events').flatMap((event) => {
        const type = textAt(event, 'type');
        if (type === undefined || !isPlain(event)) return [];
        return [[type, { schema: event.data, personal: personalPaths(event.data) }] as const];
      }),
    ),
  };
}

function ids(items: readonly unknown[]): Set<string> {
  const found = new Set<string>();
  for (const item of items) {
    const id = textAt(item, 'id');
    if (id !== undefined) found.add(id);
  }
  return found;
}

export function textAt(item: unknown, key: string): string | undefined {
  const value = isPlain(item) && Object.hasOwn(item, key) ? item[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
