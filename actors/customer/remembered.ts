/**
 * The profile as it was: what a rule's condition read of the customer when a purchase counted, journaled beside the
 * count, so that a return judges the purchase again with it (PROGRAM: "Edges: Conditions"). It is no part of the state.
 *
 * Attributes are personal and stand apart, where the engine seals them; all else is a list [path, value, path, …].
 */
import type { Json } from '../event.js';
import type { Campaign, CustomerView, RfmView, Rule } from '../program/program.js';
import type { Counted } from './progress.js';
import type { EventView } from './view.js';

const ATTRIBUTES = 'customer.attributes.';
const TIER = 'customer.tier.';
const POINTS = 'customer.points.';

/** What a rule's condition may have read, without attributes; undefined where it reads nothing of the kind. */
export function seenBy(rule: Rule, view: EventView): readonly unknown[] | undefined {
  const { remembers } = rule;
  if (remembers.length === 0) return undefined;
  const seen: unknown[] = [];
  for (let i = 0; i < remembers.length; i++) {
    const path = remembers[i]!;
    if (!path.startsWith(ATTRIBUTES)) seen.push(path, read(path, view) ?? null);
  }
  return seen;
}

/** The attributes that the counting rules' conditions may have read, whole; undefined where there are none. */
export function attributesSeen(
  campaign: Campaign,
  counted: readonly Counted[],
  view: EventView,
): Readonly<Record<string, Json>> | undefined {
  const seen: [string, Json][] = [];
  for (const rule of campaign.rules) {
    if (rule.remembers.length === 0 || !counted.some(([name]) => name === rule.name)) continue;
    for (const path of rule.remembers) {
      if (!path.startsWith(ATTRIBUTES)) continue;
      const name = path.slice(ATTRIBUTES.length).split('.', 1)[0]!;
      const { attributes } = view.customer;
      if (Object.hasOwn(attributes, name)) seen.push([name, attributes[name]!]);
    }
  }
  return seen.length === 0 ? undefined : Object.fromEntries(seen);
}

function read(path: string, view: EventView): unknown {
  const { customer } = view;
  if (path.startsWith(TIER)) return customer.tier(path.slice(TIER.length));
  if (path.startsWith(POINTS)) return customer.points(path.slice(POINTS.length));
  switch (path) {
    case 'local':
      return view.localZone;
    case 'customer.status':
      return customer.status;
    case 'customer.tags':
      return customer.tags;
    case 'customer.ageDays':
      return customer.ageDays;
    case 'customer.offers':
      return customer.offers;
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
    default:
      return undefined;
  }
}

/** The customer as a rule saw it then. */
export class RememberedView implements CustomerView {
  readonly #seen: ReadonlyMap<unknown, unknown>;
  readonly attributes: Readonly<Record<string, Json>>;

  constructor(seen: readonly unknown[], attributes: Readonly<Record<string, Json>>) {
    const byPath = new Map<unknown, unknown>();
    for (let i = 0; i < seen.length; i += 2) byPath.set(seen[i], seen[i + 1]);
    this.#seen = byPath;
    this.attributes = attributes;
  }

  /** The zone in which local times were read; undefined where none were. */
  get localZone(): string | undefined {
    return this.#at('local') as string | undefined;
  }
  get status(): string {
    return this.#at('customer.status') as string;
  }
  get tags(): readonly string[] {
    return (this.#at('customer.tags') ?? []) as readonly string[];
  }
  hasTag(tag: string): boolean {
    return this.tags.includes(tag);
  }
  tier(system: string): string | undefined {
    return this.#at(TIER + system) as string | undefined;
  }
  points(account: string): number | undefined {
    return this.#at(POINTS + account) as number | undefined;
  }
  get audiences(): readonly string[] {
    return (this.#at('customer.audiences') ?? []) as readonly string[];
  }
  get rfm(): RfmView | undefined {
    return {
      recencyDays: this.#at('customer.rfm.recencyDays') as number | undefined,
      frequency: this.#at('customer.rfm.frequency') as number,
      monetary: this.#at('customer.rfm.monetary') as number,
      score: this.#at('customer.rfm.score') as number,
    };
  }
  get ageDays(): number {
    return this.#at('customer.ageDays') as number;
  }
  get offers(): readonly string[] {
    return (this.#at('customer.offers') ?? []) as readonly string[];
  }

  #at(path: string): unknown {
    return this.#seen.get(path) ?? undefined;
  }
}
