/**
 * The program as the actors use it: the document a brand published, compiled once (`compile.ts`). Only types here.
 * Everything an event needs is a closure or a Map by then; nothing is parsed, looked up by path or sorted per event.
 * It is long because it is one list of shapes.
 */
import type { Event, Json } from '../event.js';
import type { GeofenceIndex } from '../geofence/geofence-index.js';
import type { Duration } from '../time/duration.js';
import type { ProgramDocument } from './document.js';
import type { Send } from './send.js';

export interface Program {
  readonly version: number;
  readonly document: ProgramDocument;
  readonly currency: string;
  readonly zone: string;
  /** How old an event may be on arrival. */
  readonly lateness: Duration;
  /** How long a purchase stays open for a return that names it. */
  readonly returnsWindow: Duration;
  readonly stores: ReadonlyMap<string, Store>;
  readonly statuses: ReadonlyMap<string, Status>;
  readonly defaultStatus: Status;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly tiers: readonly TierSystem[];
  /** In order of judging: ascending priority, then file order. */
  readonly campaigns: readonly Campaign[];
  readonly campaignById: ReadonlyMap<string, Campaign>;
  /** Those with a rule that waits for time to run (`absent`), in order of judging. */
  readonly waiting: readonly Campaign[];
  /** The campaign marked `base: true`, if any. */
  readonly base: Campaign | undefined;
  readonly offers: ReadonlyMap<string, Offer>;
  readonly rewards: ReadonlyMap<string, Reward>;
  readonly promoCodes: PromoCodes;
  /** By event type: what it prolongs. Empty where no points expire by inactivity. */
  readonly prolongs: ReadonlyMap<string, readonly Prolonged[]>;
  readonly geofences: GeofenceIndex;
  readonly rfm: Rfm | undefined;
  /** Whether any condition looks at it. */
  readonly readsRfm: boolean;
  readonly audiences: readonly Audience[];
  /** Types of outcomes that some campaign counts. */
  readonly triggers: ReadonlySet<string>;
  /** Types the program declares, with the compiled check of their data. */
  readonly declared: ReadonlyMap<string, DeclaredType>;
  /**
   * Campaigns this event could possibly move, in order of judging: all whose necessary conditions the event meets.
   * Cost depends on the matches, not on the number of campaigns.
   */
  candidates(view: View): readonly Campaign[];
}

export interface Audience {
  readonly id: string;
  /** Asks the profile alone. */
  readonly where: Condition;
}

export interface Store {
  readonly id: string;
  readonly name?: string;
  readonly zone: string | undefined;
  readonly tags: readonly string[];
}

export interface Status {
  readonly id: string;
  readonly earns: boolean;
  readonly redeems: boolean;
  readonly messages: boolean;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly spendable: boolean;
  readonly negative: 'allow' | 'clamp';
  readonly expiry: Expiry;
  readonly activation: Activation;
  /** Undefined where nothing is capped. */
  readonly caps: Caps | undefined;
}

/** `roundUpTo`: to the last second of the unit in the customer's zone. */
export type Expiry =
  | { readonly kind: 'none' }
  | { readonly kind: 'rolling'; readonly after: Duration; readonly roundUpTo?: 'month' | 'quarter' | 'year' }
  | { readonly kind: 'fixed'; readonly dates: readonly MonthDay[] }
  | ({ readonly kind: 'inactivity' } & IdleSpan);

export interface MonthDay {
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31; where the month is shorter, its last day. */
  readonly day: number;
}

/** How long lots outlast the last of certain events. */
export interface IdleSpan {
  /** Names the span in states: the same for the same `after` and events. */
  readonly key: string;
  readonly after: Duration;
  readonly events: readonly string[];
}

export type Activation =
  | { readonly kind: 'immediate' }
  | { readonly kind: 'after'; readonly duration: Duration }
  | { readonly kind: 'on'; readonly eventType: string; readonly within: Duration };

export interface Caps {
  readonly each: readonly Cap[];
  /** The program's: older events are not judged, so periods all before it are over. */
  readonly lateness: Duration;
  /** All periods are months or longer, so that what lies in one month may stand as one. */
  readonly byMonth: boolean;
}

export interface Cap {
  readonly per: Extract<Window, { kind: 'rolling' | 'calendar' }>;
  readonly points: number;
}

/** A span of an account that events of one type prolong. */
export interface Prolonged {
  readonly account: string;
  readonly span: IdleSpan;
}

export interface PromoCodes {
  readonly byId: ReadonlyMap<string, PromoCode>;
  /** Those that many may claim, by their code (`code-text.ts`). */
  readonly byCode: ReadonlyMap<string, PromoCode>;
  /** Those whose codes are generated, in the order of the program. */
  readonly singleUse: readonly PromoCode[];
}

export interface PromoCode {
  readonly id: string;
  /** As it is compared; undefined: its codes are generated, each claimed once in the world. */
  readonly code: string | undefined;
  /** Claims by one customer, and by all together; undefined: no limit. */
  readonly perCustomer: number | undefined;
  readonly total: number | undefined;
  /** How many codes there are, and their characters; undefined where one code is for many. */
  readonly issue: { readonly count: number; readonly length: number } | undefined;
  readonly outcomes: readonly CampaignOutcome[];
  /** It has none: it gives as a campaign without a budget does. */
  readonly budget: undefined;
}

export interface Reward {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  /** Points for one. */
  readonly price: number;
  /** Most that one customer may hold bought; undefined: no limit. */
  readonly perCustomer: number | undefined;
  /** How many there are, over all customers; undefined: no limit. */
  readonly stock: number | undefined;
  /** Who may buy it; undefined: everybody. */
  readonly where: Condition | undefined;
  /** Offer issued for each; undefined: none. */
  readonly offerId: string | undefined;
}

export interface TierSystem {
  readonly id: string;
  readonly basis: TierBasis;
  readonly window: TierWindow;
  /** Levels reached are given with the window's last second, not at once (calendar windows only). */
  readonly atWindowEnd: boolean;
  /** Falls one level at a time; otherwise to the highest still held. */
  readonly oneDown: boolean;
  /** How much longer than its until a level is held. */
  readonly grace: Duration | undefined;
  /** Whether a return that names its purchase takes back a level whose sum it breaks. */
  readonly revokes: boolean;
  /** Whether any level has `onEntry`. */
  readonly enters: boolean;
  /** Lowest first; the first one's `atLeast` is the floor everybody holds. */
  readonly levels: readonly Level[];
}

export type TierBasis =
  | { readonly kind: 'points'; readonly account: string }
  | { readonly kind: 'spend' }
  | { readonly kind: 'count' }
  /** Completions of a behavior, judged as the campaign of that id; `signature` changes with the behavior. */
  | { readonly kind: 'behavior'; readonly campaignId: string; readonly signature: string };

export type TierWindow =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }
  | { readonly kind: 'rolling'; readonly span: Duration };

export interface Level {
  readonly id: string;
  readonly atLeast: number;
  /** Exact fraction of the multiplier: numerator over 10,000. */
  readonly multiplier: number;
  /** Kept for ever once reached: its own `sticky`, or the system's downgrade `none`. */
  readonly sticky: boolean;
  readonly onEntry: readonly CampaignOutcome[];
}

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A compiled condition. `test` is the hot path; `explain` gives the same verdict with what was seen. */
export interface Condition {
  test(view: View): boolean;
  explain(view: View): ConditionTrace;
}

/** The same of one line. */
export interface LineCondition {
  test(line: LineView): boolean;
  explain(line: LineView): ConditionTrace;
}

/** One node of a judged condition, as `explain` shows it. */
export type ConditionTrace =
  | { readonly field: string; readonly op: string; readonly need: Json; readonly have: Json; readonly holds: boolean }
  | { readonly all: readonly ConditionTrace[]; readonly holds: boolean }
  | { readonly any: readonly ConditionTrace[]; readonly holds: boolean }
  | { readonly not: ConditionTrace; readonly holds: boolean }
  | {
      readonly lines: {
        /** The condition on a line, for each line that has units. */
        readonly where?: readonly (ConditionTrace & { readonly lineId: string })[];
        readonly quantity: { have: number; need: Json };
        readonly amount: { have: number; need: Json };
      };
      readonly holds: boolean;
    };

/** What a condition may look at. The judge makes one per event; fields are computed when first asked for. */
export interface View {
  readonly event: Event;
  /** Net of the purchase or return, minor units; undefined for other types. */
  readonly amount: number | undefined;
  /** Units; undefined for a purchase with only a total. */
  readonly quantity: number | undefined;
  readonly lines: readonly LineView[] | undefined;
  readonly storeId: string | undefined;
  readonly channel: string | undefined;
  readonly store: Store | undefined;
  /** Fields of the event's time in the store's zone, else the customer's, else the program's. */
  readonly local: LocalFields;
  readonly customer: CustomerView;
}

export interface LineView {
  readonly lineId: string;
  readonly sku: string;
  readonly name: string | undefined;
  readonly categories: readonly string[];
  /** Units left. */
  readonly quantity: number;
  readonly unitPrice: number;
  /** What the units left cost after the shop's own discounts. */
  readonly amount: number;
  readonly attributes: Readonly<Record<string, Json>> | undefined;
}

export interface LocalFields {
  readonly hour: number;
  readonly minuteOfDay: number;
  /** 1 Monday to 7. */
  readonly dayOfWeek: number;
  /** YYYY-MM-DD */
  readonly date: string;
}

/** Getters over a customer's state, before this event's outcomes. */
export interface CustomerView {
  readonly attributes: Readonly<Record<string, Json>>;
  readonly status: string;
  readonly tags: readonly string[];
  hasTag(tag: string): boolean;
  tier(system: string): string | undefined;
  /** Active points. */
  points(account: string): number | undefined;
  readonly audiences: readonly string[];
  readonly rfm: RfmView | undefined;
  readonly ageDays: number;
  /** offerIds held and usable. */
  readonly offers: readonly string[];
}

export interface RfmView {
  readonly recencyDays: number | undefined;
  readonly frequency: number;
  readonly monetary: number;
  readonly score: number;
}

export interface Rfm {
  readonly window: Duration;
  readonly recencyDays: readonly number[];
  readonly frequency: readonly number[];
  readonly monetary: readonly number[];
}

export interface Campaign {
  readonly id: string;
  /** It is no campaign of the document, but the basis of a tier system: its completions are counted and not shown. */
  readonly isBasis: boolean;
  /** Place in the order of judging, from 0. */
  readonly index: number;
  readonly base: boolean;
  readonly priority: number;
  /** Both ends inclusive, ms; undefined where open. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly target: Condition | undefined;
  /** Without a behavior (and then without rules): when it sends. Undefined for a campaign with one. */
  readonly send: Send | undefined;
  readonly behavior: BehaviorKind;
  /** Only events that satisfy every rule's `where` count. */
  readonly sameEvent: boolean;
  /** In which order matches arrived matters: of a sequence and of `sinceFirst`. */
  readonly ordered: boolean;
  /** Whether any rule keeps its excess. */
  readonly carries: boolean;
  /** Whether units of a streak may close. */
  readonly streaks: boolean;
  /** Whether any rule is `absent`. */
  readonly waits: boolean;
  readonly rules: readonly Rule[];
  readonly outcomes: readonly CampaignOutcome[];
  readonly perCustomer: number | undefined;
  /** Period of `perCustomer`; undefined: for ever. */
  readonly per: Window | undefined;
  /** Completions that give, over all customers; undefined: no limit. */
  readonly total: number | undefined;
  /** Points it may give, over all customers and accounts; undefined: no limit. */
  readonly budget: number | undefined;
  /** Of those of one group that complete by one event one gives. */
  readonly group: string | undefined;
  /** Which of the group: the first, or the one that gives most points. */
  readonly best: 'first' | 'highest';
  /** Judged and counted, and nothing is given. */
  readonly shadow: boolean;
  /** A completion falls with its events, and what it gave is taken back. */
  readonly clawback: boolean;
}

/** How the rules of a behavior are joined. */
export type BehaviorKind = 'all' | 'any' | 'sequence';

export interface Rule {
  /** Its name, or its number from 1. */
  readonly name: string;
  readonly eventType: string;
  readonly where: Condition | undefined;
  readonly measure: Measure;
  readonly window: Window;
  /** Changes when what is counted changes (event, where, measure, not window or need); progress of another signature is dropped. */
  readonly signature: string;
  /** What `where` (with `sameEvent`, that of any rule) reads of the profile: a return judges it again as it was then. */
  readonly remembers: readonly string[];
}

export type Measure =
  | { readonly kind: 'times'; readonly atLeast: number }
  | {
      readonly kind: 'sum';
      readonly of: Quantity;
      readonly atLeast: number;
      /** A completion takes only what it needs, oldest first; the excess counts on. */
      readonly carry: boolean;
    }
  | { readonly kind: 'distinct'; readonly of: 'day' | Path; readonly atLeast: number }
  /** So many local units in a row. */
  | { readonly kind: 'streak'; readonly unit: 'day' | 'week' | 'month'; readonly atLeast: number }
  /** That nothing matches while the window runs: a deadline completes it, and no event. */
  | { readonly kind: 'absent'; readonly atLeast: 1 };

export type Window =
  | { readonly kind: 'rolling'; readonly span: Duration }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }
  /** [first, first + span], opened by the first match to arrive. */
  | { readonly kind: 'sinceFirst'; readonly span: Duration }
  | { readonly kind: 'campaign' };

/** Reads one field of a view; undefined (or null) where it is missing. */
export interface Path {
  readonly path: string;
  read(view: View): Json | undefined;
}

/** What a rate or a sum is taken of: `amount`, `quantity`, or the amount or quantity of matching lines. */
export interface Quantity {
  readonly kind: 'amount' | 'quantity' | 'lineAmount' | 'lineQuantity';
  of(view: View): number;
}

export type CampaignOutcome =
  | {
      readonly kind: 'points';
      readonly account: string;
      readonly award: PointsAward;
      /** Overrides the account's expiry. */
      readonly expiry: Expiry | undefined;
    }
  | { readonly kind: 'tag'; readonly op: 'add' | 'remove'; readonly tag: string; readonly for: Duration | undefined }
  | { readonly kind: 'offer'; readonly offerId: string }
  | { readonly kind: 'reward'; readonly rewardId: string }
  | { readonly kind: 'tier'; readonly system: string; readonly level: string }
  | { readonly kind: 'status'; readonly status: string; readonly reason: string | undefined };

export type PointsAward =
  | { readonly kind: 'fixed'; readonly points: number }
  | {
      readonly kind: 'rate';
      /** Exact fraction: points ÷ per. */
      readonly points: number;
      readonly per: number;
      readonly of: Quantity;
      /** Tier system whose multiplier applies, if any. */
      readonly multiply: string | undefined;
      readonly round: 'floor' | 'halfUp' | 'ceil';
    };

export interface Offer {
  readonly id: string;
  readonly kind: 'closedLoop' | 'coupon' | 'digital' | 'physical';
  readonly uses: number;
  readonly validFor: Duration | undefined;
  readonly from: number | undefined;
  readonly until: number | undefined;
  /** Must hold at redemption. */
  readonly where: Condition | undefined;
  /** What it takes off a check; undefined for kinds other than closedLoop. */
  readonly till: TillOffer | undefined;
}

/** How much is taken off chosen units. Percents are numerators over 10,000 of a percent (100 % is 1,000,000). */
export type Off =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'price'; readonly price: number };

export type Discount =
  | { readonly kind: 'check'; readonly off: Exclude<Off, { kind: 'price' }> }
  | {
      readonly kind: 'item';
      readonly off: Off;
      readonly lines: LineCondition | undefined;
      readonly choose: 'cheapest' | 'dearest' | 'all';
      /** Of one application; 0: all there are. */
      readonly units: number;
    }
  | {
      readonly kind: 'buyXGetY';
      readonly buy: { readonly lines: LineCondition | undefined; readonly quantity: number };
      readonly get: { readonly lines: LineCondition | undefined; readonly quantity: number; readonly off: Off };
      readonly choose: 'cheapest' | 'dearest';
      readonly maxApplications: number;
    };

/** What a closed-loop offer is at the till: the program's definition, compiled. */
export interface TillOffer {
  readonly id: string;
  readonly discount: Discount;
  /** Minor units, of the subtotal before any discount. */
  readonly minimumSpend: number;
  /** Most it takes off one check, minor units. */
  readonly cap: number | undefined;
  readonly group: string | undefined;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly reuseQualifying: boolean;
  readonly stackDiscounted: boolean;
  /** Issues of it that apply to one check. */
  readonly withItself: number;
  readonly onReturn: 'keep' | 'reprice';
}

export interface DeclaredType {
  readonly type: string;
  /** Whether any property is marked `personal: true`; the engine then seals the event's data. */
  readonly personal: boolean;
  /** Problems with the data, empty where it is valid. Pointers start at the event's root: `/data/score`. */
  check(data: unknown): readonly { pointer: string; code: string; detail: string }[];
}
