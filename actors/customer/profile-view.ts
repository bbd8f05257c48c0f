/** What conditions see of the customer: the state before the event's outcomes, as of the event's time. */
import type { Json } from '../event.js';
import type { CustomerView, Program, RfmView } from '../program/program.js';
import { DAY_MS } from '../time/civil.js';
import { audiencesOf } from './audience-view.js';
import { rfmOf } from './rfm.js';
import type { CustomerState, IssueState, TagState } from './state.js';

const NO_AUDIENCES: readonly string[] = [];

export class ProfileView implements CustomerView {
  readonly attributes: Readonly<Record<string, Json>>;
  readonly status: string;
  readonly #tags: readonly TagState[];
  readonly #issues: readonly IssueState[];
  readonly #levels: (string | null)[] = [];
  readonly #active: number[] = [];
  readonly #createdAt: number;
  readonly #zone: string;
  #rfm: RfmView | undefined;
  #audiences: readonly string[] | undefined;

  /** Keeps of the state what its outcomes change, so that it shows it as it stands now. */
  constructor(
    private readonly state: CustomerState,
    /** What RFM sees: without this event. */
    private readonly spend: readonly number[],
    private readonly program: Program,
    private readonly time: number,
    held: readonly IssueState[] = state.offers,
  ) {
    this.attributes = state.attributes;
    this.status = state.status;
    this.#tags = state.tags;
    this.#issues = held;
    this.#createdAt = state.createdAt;
    this.#zone = state.zone ?? program.zone;
    const { tiers, accounts } = state;
    for (let i = 0; i < tiers.length; i++) this.#levels.push(tiers[i]!.level);
    for (let i = 0; i < accounts.length; i++) this.#active.push(accounts[i]!.active);
  }

  get tags(): readonly string[] {
    return this.#tags.map((held) => held.tag);
  }
  hasTag(tag: string): boolean {
    return this.#tags.some((held) => held.tag === tag);
  }
  /** Everybody holds the lowest level, from the first event on. */
  tier(system: string): string | undefined {
    const { tiers } = this.state;
    for (let i = 0; i < this.#levels.length; i++)
      if (tiers[i]!.system === system && this.#levels[i] !== null) return this.#levels[i]!;
    return this.program.tiers.find((tier) => tier.id === system)?.levels[0]?.id;
  }
  points(account: string): number | undefined {
    const { accounts } = this.state;
    for (let i = 0; i < this.#active.length; i++) if (accounts[i]!.id === account) return this.#active[i];
    return this.program.accounts.has(account) ? 0 : undefined;
  }
  get audiences(): readonly string[] {
    if (this.program.audiences.length === 0) return NO_AUDIENCES;
    this.#audiences ??= audiencesOf(this, this.program, this.time, this.#zone);
    return this.#audiences;
  }
  get rfm(): RfmView | undefined {
    const { rfm } = this.program;
    if (rfm === undefined) return undefined;
    this.#rfm ??= rfmOf(this.spend, rfm, this.time, this.#zone);
    return this.#rfm;
  }
  /** Whole days since the first event; 0 for an event from before it. */
  get ageDays(): number {
    return Math.max(0, Math.floor((this.time - this.#createdAt) / DAY_MS));
  }
  get offers(): readonly string[] {
    const usable: string[] = [];
    for (const { offerId, startsAt, expiresAt, usesLeft } of this.#issues) {
      if (startsAt !== null && startsAt > this.time) continue;
      if (expiresAt !== null && expiresAt < this.time) continue;
      if (usesLeft > 0 && !usable.includes(offerId)) usable.push(offerId);
    }
    return usable;
  }
}
