/**
 * A customer's state as a row: one versioned tuple without names, small when packed as MessagePack. Every released
 * version opens (DESIGN D8): a change of shape raises the version and keeps a reader of the old one.
 *
 * Invariant: `fromRow(unpack(pack(toRow(state))))` equals the state.
 */
import type { Json } from '../event.js';
import { accountOfRow, accountRow, rewardPurchaseOfRow, rewardPurchaseRow } from './account-row.js';
import { completionOfRow, completionRow } from './completion.js';
import type {
  AbsenceState,
  CodeState,
  CustomerState,
  Dropped,
  IssueState,
  LockedCode,
  LockState,
  MatchState,
  ProgressState,
  RuleState,
  StepEnd,
  TagClaims,
  TagState,
  TierState,
} from './state.js';
import { STATE_VERSION } from './state.js';
import { UNTIL_WIDTH_V1, untilCells, untilsOf } from './until.js';

/** Where the attributes stand in a row: the engine puts sealed bytes there instead. */
export const ROW_ATTRIBUTES = 8;

export function toRow(state: CustomerState): unknown[] {
  const { totals } = state;
  return [
    STATE_VERSION,
    state.id,
    state.createdAt,
    state.arrival,
    state.imported,
    state.zone,
    state.locale,
    state.status,
    state.attributes,
    flat(state.tags, ({ tag, until, claims }) => [tag, until, claimsRow(claims)]),
    [totals.purchases, totals.returns, totals.net, totals.lastPurchaseAt],
    state.spend,
    state.accounts.map(accountRow),
    state.tiers.map(tierRow),
    state.behaviors.map(progressRow),
    flat(state.offers, (issue) => [
      issue.id,
      issue.offerId,
      issue.issuedAt,
      issue.startsAt,
      issue.expiresAt,
      issue.usesLeft,
    ]),
    state.runs,
    flat(state.locks, (lock) => [lock.transactionId, lock.until, lock.issues, lock.codes]),
    state.inside,
    state.locatedAt,
    flat(state.rewards, ({ rewardId, bought }) => [rewardId, bought]),
    state.rewardPurchases.map(rewardPurchaseRow),
    state.aliases,
    state.audiences,
    flat(state.codes, ({ promoCodeId, taken }) => [promoCodeId, taken]),
  ];
}

/** Throws where the row was written by a newer version. */
export function fromRow(row: readonly unknown[]): CustomerState {
  const version = row[0] as number;
  if (!(version >= 1 && version <= STATE_VERSION)) {
    throw new Error(
      `state of version ${String(version)}, this build reads ${STATE_VERSION} and older: start the version that wrote it`,
    );
  }
  const [purchases, returns, net, lastPurchaseAt] = row[10] as [number, number, number, number | null];
  return {
    v: STATE_VERSION,
    id: row[1] as string,
    createdAt: row[2] as number,
    arrival: row[3] as number,
    imported: row[4] as boolean,
    zone: row[5] as string | null,
    locale: row[6] as string | null,
    status: row[7] as string,
    attributes: row[ROW_ATTRIBUTES] as Readonly<Record<string, Json>>,
    tags: each<TagState>(row[9], 3, ([tag, until, claims]) => ({
      tag: tag as string,
      until: until as number | null,
      claims: claimsOfRow(claims as unknown[] | null),
    })),
    totals: { purchases, returns, net, lastPurchaseAt },
    spend: row[11] as number[],
    accounts: (row[12] as unknown[][]).map((account) => accountOfRow(account, version)),
    tiers: (row[13] as unknown[][]).map((tier) => tierOfRow(tier, version)),
    behaviors: (row[14] as unknown[][]).map(progressOfRow),
    offers: each<IssueState>(row[15], 6, (cells) => ({
      id: cells[0] as string,
      offerId: cells[1] as string,
      issuedAt: cells[2] as number,
      startsAt: cells[3] as number | null,
      expiresAt: cells[4] as number | null,
      usesLeft: cells[5] as number,
    })),
    rewards: each(row[20], 2, ([rewardId, bought]) => ({ rewardId: rewardId as string, bought: bought as number })),
    rewardPurchases: (row[21] as unknown[][]).map((purchase) =>
      rewardPurchaseOfRow(purchase, version, row[12] as unknown[][]),
    ),
    locks: each<LockState>(row[17], 4, ([transactionId, until, issues, codes]) => ({
      transactionId: transactionId as string,
      until: until as number,
      issues: issues as string[],
      codes: codes as LockedCode[],
    })),
    runs: row[16] as number[],
    inside: row[18] as string[],
    locatedAt: row[19] as number | null,
    aliases: row[22] as string[],
    audiences: row[23] as string[],
    codes: each<CodeState>(row[24], 2, ([promoCodeId, taken]) => ({
      promoCodeId: promoCodeId as string,
      taken: taken as number,
    })),
  };
}

function claimsRow(claims: TagClaims | null): unknown[] | null {
  return claims === null ? null : [claims.firm, flat(claims.by, (claim) => claim)];
}

function claimsOfRow(row: unknown[] | null): TagClaims | null {
  if (row === null) return null;
  const [firm, by] = row as [TagClaims['firm'], unknown[]];
  return { firm, by: each<TagClaims['by'][number]>(by, 2, ([id, until]) => [id as string, until as number | null]) };
}

function tierRow(tier: TierState): unknown[] {
  const { system, basis, level, since, untils, sums, byMonth, dueAt, entered } = tier;
  return [system, basis, level, since, untilCells(untils), sums, byMonth, dueAt, entered];
}

function tierOfRow(row: unknown[], version: number): TierState {
  const [system, basis, level, since, untils, sums, byMonth, dueAt, entered] = row as [
    string,
    string,
    string | null,
    number,
    unknown[],
    number[],
    boolean,
    number | null,
    (string | number)[],
  ];
  return {
    system,
    basis,
    level,
    since,
    untils: version === 1 ? untilsOf(untils, UNTIL_WIDTH_V1) : untilsOf(untils),
    dueAt,
    entered,
    sums,
    byMonth,
  };
}

function progressRow(progress: ProgressState): unknown[] {
  const rules = progress.rules.map(ruleRow);
  const { campaignId, completions, given, completed, order, dropped } = progress;
  const absences = flat(progress.absences, ({ rule, signature, from, due, ran }) => [rule, signature, from, due, ran]);
  return [campaignId, completions, given, rules, completed.map(completionRow), order, absences, dropped.flat()];
}

function progressOfRow(row: unknown[]): ProgressState {
  const [campaignId, completions, given, rules, completed, order, absences, dropped = []] = row as [
    string,
    number,
    number[],
    unknown[][],
    unknown[][],
    number,
    unknown[],
    unknown[]?,
  ];
  return {
    campaignId,
    completions,
    given,
    rules: rules.map(ruleOfRow),
    completed: completed.map(completionOfRow),
    dropped: each<Dropped>(dropped, 3, ([rule, id, amount]) => [rule as string, id as string, amount as number]),
    order,
    absences: each<AbsenceState>(absences, 5, (cells) => ({
      rule: cells[0] as string,
      signature: cells[1] as string,
      from: cells[2] as number,
      due: cells[3] as number | null,
      ran: cells[4] as boolean,
    })),
  };
}

const NONE_CLOSED: readonly number[] = [];

function ruleRow({ name, signature, matches, closed, end }: RuleState): unknown[] {
  const cells = flat(matches, (match) => match);
  return closed.length === 0 && end === null ? [name, signature, cells] : [name, signature, cells, closed, end];
}

function ruleOfRow(row: readonly unknown[]): RuleState {
  const [name, signature, matches, closed = NONE_CLOSED, end = null] = row as [
    string,
    string,
    unknown[],
    number[]?,
    StepEnd?,
  ];
  return {
    name,
    signature,
    matches: each<MatchState>(matches, 4, ([at, value, transactionId, order]) => [
      at as number,
      value as MatchState[1],
      transactionId as string | null,
      order as number,
    ]),
    closed,
    end,
  };
}

function flat<T>(items: readonly T[], cells: (item: T) => readonly unknown[]): unknown[] {
  const result: unknown[] = [];
  for (const item of items) result.push(...cells(item));
  return result;
}

function each<T>(cells: unknown, width: number, make: (cells: readonly unknown[]) => T): T[] {
  const all = cells as readonly unknown[];
  const result: T[] = [];
  for (let i = 0; i < all.length; i += width) result.push(make(all.slice(i, i + width)));
  return result;
}
