/**
 * Everything that happened to one customer, kept whole and never forgotten. What is asked of it is worked out from these
 * lists each time. The only things changed in place are what is left of a lot, of a match and of a purchase.
 * It is long because it is one life.
 */
import type { Behavior, Campaign, Program, Scalar } from './document.js';
import type { Cause, ReferenceOutcome } from './outcome.js';
import type { View } from './view.js';

export interface ReportedEvent {
  readonly id: string;
  readonly source?: string;
  readonly type: string;
  readonly time: number;
  readonly data: unknown;
}

export interface Unit {
  readonly line: number;
  /** From 1. */
  readonly unit: number;
  /** What was paid for it. */
  readonly paid: number;
  back: boolean;
}

export interface Purchase {
  readonly event: ReportedEvent;
  readonly transactionId: string;
  readonly time: number;
  readonly net: number;
  readonly tooLate: boolean;
  /** None where there is only a total. */
  readonly units: readonly Unit[];
  readonly hasLines: boolean;
  refunded: number;
  /** Every unit or the full total is back. */
  allBack: boolean;
}

export interface Returned {
  readonly event: ReportedEvent;
  readonly transactionId: string;
  readonly time: number;
  readonly amount: number;
  /** Undefined: blind. */
  readonly original: Purchase | undefined;
  /** With this one all of it was back. */
  completes: boolean;
}

/** What a rate was taken of. */
export interface RateBasis {
  readonly purchase: Purchase;
  readonly of: 'amount' | 'quantity' | 'lineAmount' | 'lineQuantity';
  readonly whole: number;
  /** Lines by place, for rates of lines. */
  readonly lines: readonly number[];
  /** What the formula has reversed so far. */
  reversed: number;
}

export interface Lot {
  readonly number: number;
  readonly account: string;
  readonly earnedAt: number;
  /** What was earned, after caps. */
  readonly points: number;
  left: number;
  state: 'pending' | 'active';
  readonly activatesAt: number | null;
  /** `on`: the event that activates it, until when. */
  readonly waitsFor: { readonly event: string; readonly until: number } | null;
  expiresAt: number | null;
  /** `inactivity`: pushed on by such events. */
  readonly inactivity: { readonly after: string; readonly events: readonly string[] } | null;
  /** A positive adjustment is outside caps and tiers. */
  readonly adjustment: boolean;
  readonly rate: RateBasis | null;
  readonly campaignId: string | undefined;
}

/** A reversal in tiers and caps: "a reversal with its own lot counts at the time that lot was earned, any other at its own time". */
export interface Reversal {
  readonly account: string;
  readonly points: number;
  readonly countsAt: number;
  readonly lot: Lot | null;
}

export interface Issue {
  readonly number: number;
  readonly offerId: string;
  readonly startsAt: number | null;
  readonly expiresAt: number | null;
  usesLeft: number;
  state: 'active' | 'expired' | 'voided' | 'used';
}

export interface Tag {
  readonly tag: string;
  /** Who set it, until when (null: for good). */
  setters: { readonly by: Completion | null; readonly until: number | null }[];
  /** Until when it was last told to stay. */
  until: number | null;
}

/** An event that matched a rule when it arrived. */
export interface Match {
  readonly rule: number;
  readonly time: number;
  /** Order of arrival; what was moved by a merge arrived with that. */
  order: number;
  readonly eventId: string;
  readonly purchase: Purchase | undefined;
  /** As seen then: for judging again after a return. */
  readonly view: View;
  /** What is unspent of it: 1, an amount, or the different values. */
  value: number | readonly Scalar[];
  /** Of a rule that carries: excess that went with its window. It counts no more, and comes back before what was used. */
  dropped: number;
  /** Number of the local unit, for streaks. */
  readonly unit: number;
}

/** A match, and how much of it a completion took. */
export interface Use {
  readonly match: Match;
  used: number | readonly Scalar[];
}

export interface Completion {
  readonly campaign: string;
  readonly time: number;
  /** The events counted, by rule. */
  readonly counted: readonly (readonly Use[])[];
  /** Of a sequence. */
  readonly steps: readonly Step[];
  /** The rules that were full: of `any` some, else all. */
  readonly full: readonly boolean[];
  /** All that was spent by it, counted or not. */
  readonly spent: Use[];
  /** It gave its outcomes: it lost to no other of its group. */
  gave: boolean;
  /** It has not fallen by a return. */
  stands: boolean;
  /** What it gave, in the order of giving. */
  readonly given: Given[];
}

export type Given =
  | { readonly lot: Lot }
  | { readonly issue: Issue }
  | { readonly tag: string }
  | { readonly moved: string };

/** A finished step of a sequence. */
export interface Step {
  readonly counted: readonly Use[];
  readonly end: { readonly time: number; order: number };
}

export interface Absence {
  /** Armed then, by no match. */
  readonly from: number;
  /** When its window has run; null: not before it is armed again. */
  readonly due: number | null;
  /** Its window has run, and no match has come since. */
  readonly ran: boolean;
}

export interface Progress {
  /** Unspent, in order of arrival. */
  matches: Match[];
  completions: Completion[];
  steps: Step[];
  /** Numbers of the units of closed streaks, by rule, each with the completion that closed it. */
  closedUnits: { readonly rule: number; readonly unit: number; readonly by: Completion }[];
  /** Every event that broke an absence, and the completion it was spent by. */
  arms: { readonly match: Match; by: Completion | null }[];
  /** By rule: since when it waits, and until when. */
  absences: Map<number, Absence>;
}

/** Why a level is held: the sum of [from, before) reached it, or a move gave it; so it is good until `until`. */
export interface Ground {
  readonly level: number;
  readonly from: number;
  readonly before: number;
  readonly until: number;
  /** `windowEnd`: given then; null: at once. */
  readonly givenAt: number | null;
  /** A sum, a move by an outcome of a completion (null: of none that can fall), or kept after a fall. */
  readonly by: { readonly move: Completion | null } | 'sum' | 'fall';
  /** The move downwards that took it away for as long as that stands. */
  under: Completion | null;
}

export interface TierLife {
  level: number | null;
  since: number;
  grounds: Ground[];
  /** When `onEntry` of a level was given. */
  readonly entries: { readonly level: number; readonly at: number }[];
  /** Deadlines up to here have been done. */
  doneUpTo: number;
}

/** A reward bought with points. */
export interface RewardPurchase {
  readonly number: number;
  readonly rewardId: string;
  readonly quantity: number;
  readonly account: string;
  readonly time: number;
  /** The lots it was paid with. */
  readonly lots: readonly (readonly [lot: Lot, points: number])[];
  readonly issues: Issue[];
  refunded: boolean;
}

/** What the customers of a brand share. */
export interface Brand {
  /** Everybody who was heard of and not merged away. */
  readonly lives: Map<string, Life>;
  /** Ids that were merged, and into whom. */
  readonly mergedInto: Map<string, string>;
  /** How many there have been: the next has the next number. */
  readonly issued: { lots: number; issues: number; rewards: number };
}

export function newBrand(): Brand {
  return { lives: new Map(), mergedInto: new Map(), issued: { lots: 0, issues: 0, rewards: 0 } };
}

export interface Life {
  readonly program: Program;
  readonly brand: Brand;
  readonly id: string;
  /** Whether outcomes trigger campaigns. */
  readonly triggered: boolean;
  createdAt: number | null;
  arrival: number;
  /** What holds levels is asked after this instant: of an event and a deadline at one instant the event comes first. */
  after: number;
  order: number;
  zone: string | null;
  locale: string | null;
  attributes: Map<string, unknown>;
  status: string;
  readonly tags: Tag[];
  readonly purchases: Purchase[];
  readonly returns: Returned[];
  readonly lots: Lot[];
  readonly reversals: Reversal[];
  readonly debts: Map<string, number>;
  readonly issues: Issue[];
  readonly rewards: RewardPurchase[];
  /** Runs of sends that have come by. */
  readonly runs: number[];
  /** Those told last. */
  audiences: readonly string[];
  /** As of when they were drawn last. */
  drawn: number;
  readonly progress: Map<string, Progress>;
  readonly tiers: Map<string, TierLife>;
  readonly told: ReferenceOutcome[];
  /** What was told to those who were merged into the customer. */
  readonly toldBefore: ReferenceOutcome[];
  /** Every event that was judged, for `inactivity`, and in which zone the customer was. */
  readonly events: (ReportedEvent & { readonly zone: string })[];
  /** The last arrival of those who were merged into the customer by this entry. */
  arrivalBefore: number;
}

export function newLife(program: Program, id: string, triggered: boolean, brand: Brand): Life {
  return {
    program,
    brand,
    id,
    triggered,
    createdAt: null,
    arrival: Number.NEGATIVE_INFINITY,
    after: Number.NEGATIVE_INFINITY,
    order: 0,
    zone: null,
    locale: null,
    attributes: new Map(),
    status: program.statuses?.find((status) => status.default === true)?.id ?? 'good',
    tags: [],
    purchases: [],
    returns: [],
    lots: [],
    reversals: [],
    debts: new Map(),
    issues: [],
    rewards: [],
    runs: [],
    audiences: [],
    drawn: Number.NEGATIVE_INFINITY,
    progress: new Map(),
    tiers: new Map(),
    told: [],
    toldBefore: [],
    events: [],
    arrivalBefore: Number.NEGATIVE_INFINITY,
  };
}

export function tell(
  life: Life,
  type: string,
  time: number,
  cause: Cause,
  data: Readonly<Record<string, unknown>>,
): void {
  life.told.push({ type, time, cause, data });
}

/** "The customer's zone, else the program's." */
export function zoneOf(life: Life): string {
  return life.zone ?? life.program.timeZone;
}

export function progressOf(life: Life, campaignId: string): Progress {
  let progress = life.progress.get(campaignId);
  if (progress === undefined) {
    progress = { matches: [], completions: [], steps: [], closedUnits: [], arms: [], absences: new Map() };
    life.progress.set(campaignId, progress);
  }
  return progress;
}

/** Completions of a campaign by all customers: "`total` and `budget` are for ever and hold over the whole cluster". */
export function completionsOfAll({ brand }: Life, campaignId: string): Completion[] {
  return [...brand.lives.values()].flatMap((life) => progressOf(life, campaignId).completions);
}

/** Campaigns in the order of judging: "in ascending `priority`, then file order". */
export function inOrder(program: Program): Campaign[] {
  return [...(program.campaigns ?? [])].sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

/** The behavior that a tier system is based on, judged like a campaign that says and gives nothing. */
export function basesOf(program: Program): Campaign[] {
  return (program.tiers ?? []).flatMap(({ id, basis }) =>
    'behavior' in basis
      ? [{ id: `tier ${id}`, kind: 'promotion', behavior: basis.behavior, outcomes: [], onReturn: 'clawback' }]
      : [],
  );
}

export function isBasis({ id }: Campaign): boolean {
  return id.startsWith('tier ');
}

export function rulesOf(behavior: Behavior): NonNullable<Behavior['all']> {
  return behavior.all ?? behavior.any ?? behavior.sequence ?? [];
}

/** floor, half up or ceil of a × b × … ÷ (c × d × …), exactly. */
export function fraction(
  above: readonly number[],
  below: readonly number[],
  round: 'floor' | 'halfUp' | 'ceil' = 'floor',
): number {
  const product = (factors: readonly number[]) => factors.reduce((all, each) => all * BigInt(each), 1n);
  const [a, b] = [product(above), product(below)];
  const floored = a >= 0n || a % b === 0n ? a / b : a / b - 1n;
  const rest = a - floored * b;
  const up = round === 'ceil' ? rest > 0n : round === 'halfUp' ? rest * 2n >= b : false;
  return Number(up ? floored + 1n : floored);
}
