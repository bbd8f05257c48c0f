/** What conditions see of the customer: the state before the event's outcomes, as of the event's time. */
import type { Json } from '../event.js';
import type { CustomerView, Program, RfmView } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { accountOf } from './account-state.js';
import { rfmOf } from './rfm.js';
import type { CustomerState } from './state.js';
import { tierOf } from './tier-state.js';

const NO_AUDIENCES: readonly string[] = [];

export class ProfileView implements CustomerView {
  #rfm: RfmView | undefined;

  constructor(
    private readonly state: CustomerState,
    /** What RFM sees: without this event. */
    private readonly spend: readonly number[],
    private readonly program: Program,
    private readonly time: number,
  ) {}

  get attributes(): Readonly<Record<string, Json>> {
    return this.state.attributes;
  }
  get status(): string {
    return this.state.status;
  }
  get tags(): readonly string[] {
    return this.state.tags.map((held) => held.tag);
  }
  hasTag(tag: string): boolean {
    return this.state.tags.some((held) => held.tag === tag);
  }
  /** Everybody holds the lowest level, from the first event on. */
  tier(system: string): string | undefined {
    const level = tierOf(this.state, system)?.level;
    if (level != null) return level;
    return this.program.tiers.find((tier) => tier.id === system)?.levels[0]?.id;
  }
  points(account: string): number | undefined {
    const held = accountOf(this.state, account);
    if (held !== undefined) return held.active;
    return this.program.accounts.has(account) ? 0 : undefined;
  }
  get audiences(): readonly string[] {
    return NO_AUDIENCES;
  }
  get rfm(): RfmView | undefined {
    const { rfm, zone } = this.program;
    if (rfm === undefined) return undefined;
    this.#rfm ??= rfmOf(this.spend, rfm, this.time, this.state.zone ?? zone);
    return this.#rfm;
  }
  /** Whole days since the first event; 0 for an event from before it. */
  get ageDays(): number {
    return Math.max(0, Math.floor((this.time - this.state.createdAt) / DAY_MS));
  }
  get offers(): readonly string[] {
    const usable: string[] = [];
    for (const { offerId, startsAt, expiresAt, usesLeft } of this.state.offers) {
      if (startsAt !== null && startsAt > this.time) continue;
      if (expiresAt !== null && expiresAt < this.time) continue;
      if (usesLeft > 0 && !usable.includes(offerId)) usable.push(offerId);
    }
    return usable;
  }
}
