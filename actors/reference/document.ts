/**
 * The program as PROGRAM.md has it, for the reference: plain types of the whole page, whether the engine has built it or
 * not. Nothing here is shared with the engine's own document.
 */
export type Scalar = string | number | boolean;
export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** Operators as keys, one beside `field`. */
export type FieldCondition = { readonly field: string } & { readonly [operator: string]: unknown };
export type Numbers = { readonly [operator: string]: unknown };
export type Condition =
  | FieldCondition
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly lines: { readonly where?: Condition; readonly quantity?: Numbers; readonly amount?: Numbers } };

export type Of = 'amount' | 'quantity' | { readonly lines: Condition; readonly of: 'amount' | 'quantity' };

export type Within =
  | { readonly rolling: string }
  | { readonly calendar: Unit }
  | { readonly sinceFirst: string }
  | { readonly campaign: true };

export interface Rule {
  readonly rule?: string;
  readonly event: string;
  readonly where?: Condition;
  readonly times?: number;
  readonly sum?: { readonly of: Of; readonly atLeast: number; readonly carry?: boolean };
  readonly distinct?: { readonly of: string; readonly atLeast: number };
  readonly streak?: { readonly unit: 'day' | 'week' | 'month'; readonly atLeast: number };
  readonly absent?: boolean;
  readonly within?: Within;
}

export interface Behavior {
  readonly all?: readonly Rule[];
  readonly any?: readonly Rule[];
  readonly sequence?: readonly Rule[];
  readonly sameEvent?: boolean;
}

export type Expiry =
  | 'none'
  | { readonly kind: 'none' }
  | { readonly kind: 'rolling'; readonly after: string; readonly roundUpTo?: 'month' | 'quarter' | 'year' }
  | { readonly kind: 'fixed'; readonly dates: readonly string[] }
  | { readonly kind: 'inactivity'; readonly after: string; readonly events: readonly string[] };

export type Activation =
  | 'immediate'
  | { readonly kind: 'immediate' }
  | { readonly kind: 'after'; readonly duration: string }
  | { readonly kind: 'on'; readonly event: string; readonly within: string };

export interface Cap {
  readonly per: Within;
  readonly points: number;
}

export interface Account {
  readonly id: string;
  readonly spendable?: boolean;
  readonly activation?: Activation;
  readonly expiry?: Expiry;
  readonly negative?: 'allow' | 'clamp';
  readonly caps?: readonly Cap[];
}

export interface PointsOutcome {
  readonly account: string;
  readonly rate?: { readonly points: number; readonly per: number; readonly of: Of };
  readonly fixed?: number;
  readonly multiply?: 'tier' | { readonly tier: string };
  readonly round?: 'floor' | 'halfUp' | 'ceil';
  readonly expiry?: Expiry;
}

export type Outcome =
  | { readonly points: PointsOutcome }
  | { readonly offer: string }
  | { readonly tag: { readonly add?: string; readonly remove?: string; readonly for?: string } }
  | { readonly tier: { readonly system: string; readonly level: string } }
  | { readonly status: { readonly set: string; readonly reason?: string } };

export interface Campaign {
  readonly id: string;
  readonly kind: 'promotion';
  readonly base?: boolean;
  readonly priority?: number;
  readonly group?: string;
  readonly best?: 'first' | 'highest';
  readonly schedule?: { readonly start?: string; readonly end?: string; readonly at?: string; readonly every?: string };
  readonly target?: { readonly where: Condition } | { readonly audience: string };
  readonly behavior?: Behavior;
  readonly outcomes: readonly Outcome[];
  readonly limits?: {
    readonly perCustomer?: number;
    readonly per?: Within;
    readonly total?: number;
    readonly budget?: { readonly points: number };
  };
  readonly onReturn?: 'keep' | 'clawback';
  readonly shadow?: boolean;
}

export interface Level {
  readonly id: string;
  readonly atLeast: number;
  readonly multiplier?: number;
  readonly sticky?: boolean;
  readonly onEntry?: readonly Outcome[];
}

export interface TierSystem {
  readonly id: string;
  readonly basis:
    | { readonly points: string }
    | { readonly spend: true }
    | { readonly count: 'purchase' }
    | { readonly behavior: Behavior };
  readonly window: { readonly calendar: Unit } | { readonly rolling: string };
  readonly upgrade?: 'immediate' | 'windowEnd';
  readonly downgrade?: { readonly how: 'full' | 'oneDown' | 'none'; readonly grace?: string };
  readonly onReturn?: 'keep' | 'revoke';
  readonly levels: readonly Level[];
}

export interface Rfm {
  readonly window: string;
  readonly recencyDays: readonly number[];
  readonly frequency: readonly number[];
  readonly monetary: readonly number[];
}

export interface Program {
  readonly program: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly lateness?: string;
  readonly returns?: { readonly window?: string };
  readonly stores?: readonly { readonly id: string; readonly timeZone?: string; readonly tags?: readonly string[] }[];
  readonly statuses?: readonly {
    readonly id: string;
    readonly default?: boolean;
    readonly earns?: boolean;
    readonly redeems?: boolean;
  }[];
  readonly events?: readonly { readonly type: string }[];
  readonly points?: { readonly accounts: readonly Account[] };
  readonly tiers?: readonly TierSystem[];
  readonly campaigns?: readonly Campaign[];
  readonly offers?: readonly {
    readonly id: string;
    readonly uses?: number;
    readonly validity?: { readonly for?: string; readonly from?: string; readonly until?: string };
  }[];
  readonly rfm?: Rfm;
  readonly audiences?: readonly { readonly id: string; readonly where: Condition }[];
  readonly rewards?: readonly {
    readonly id: string;
    readonly price: { readonly account: string; readonly points: number };
    readonly stock?: number;
    readonly perCustomer?: number;
    readonly where?: Condition;
    readonly gives?: { readonly offer: string };
  }[];
}
