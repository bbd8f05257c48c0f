/**
 * How an account follows its outcomes. Every step keeps the identity
 * earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt (nothing is pending yet).
 */
import type { LotShare, PointsAdjusted, PointsEarned, PointsMoved, PointsTaken } from '../outcome.js';
import { replaced } from './list.js';
import { sumOf, withLot, withoutShares } from './lots.js';
import type { AccountState, CustomerState, Draft } from './state.js';

export function emptyAccount(id: string): AccountState {
  return {
    id,
    lots: [],
    active: 0,
    debt: 0,
    earned: 0,
    adjusted: 0,
    spent: 0,
    expired: 0,
    cancelled: 0,
    reversed: 0,
  };
}

export function accountOf(state: CustomerState, id: string): AccountState | undefined {
  const { accounts } = state;
  for (let i = 0; i < accounts.length; i++) if (accounts[i]!.id === id) return accounts[i];
  return undefined;
}

export function earned(draft: Draft, data: PointsEarned): void {
  const account = openAccount(draft, data.account);
  openLot(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt);
  account.earned += data.points;
}

export function adjusted(draft: Draft, data: PointsAdjusted): void {
  const account = openAccount(draft, data.account);
  if (data.lotId === undefined) take(account, data.lots ?? [], data.debt);
  else openLot(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt);
  account.adjusted += data.points;
}

export function reversed(draft: Draft, data: PointsTaken): void {
  const account = openAccount(draft, data.account);
  take(account, data.lots, data.debt);
  account.reversed += data.points;
}

export function spent(draft: Draft, data: PointsTaken): void {
  const account = openAccount(draft, data.account);
  take(account, data.lots, data.debt);
  account.spent += data.points;
}

export function expired(draft: Draft, data: PointsMoved): void {
  const account = openAccount(draft, data.account);
  take(account, [{ lotId: data.lotId, points: data.points }], undefined);
  account.expired += data.points;
}

type AccountDraft = { -readonly [Field in keyof AccountState]: AccountState[Field] };

/** A new lot, less what paid a debt at once. */
function openLot(
  account: AccountDraft,
  lotId: string,
  earnedAt: number,
  points: number,
  paidDebt = 0,
  expiresAt: number | null = null,
): void {
  const left = points - paidDebt;
  if (left > 0) account.lots = withLot(account.lots, { id: lotId, earnedAt, left, expiresAt });
  account.active += left;
  account.debt -= paidDebt;
}

function take(account: AccountDraft, shares: readonly LotShare[], debt = 0): void {
  account.lots = withoutShares(account.lots, shares);
  account.active -= sumOf(shares);
  account.debt += debt;
}

/** A copy of the account, put in its place in the draft. */
function openAccount(draft: Draft, id: string): AccountDraft {
  const { accounts } = draft;
  let i = 0;
  while (i < accounts.length && accounts[i]!.id !== id) i++;
  const account = i === accounts.length ? emptyAccount(id) : copyAccount(accounts[i]!);
  draft.accounts = replaced(accounts, i, account);
  return account;
}

function copyAccount(account: AccountState): AccountDraft {
  return {
    id: account.id,
    lots: account.lots,
    active: account.active,
    debt: account.debt,
    earned: account.earned,
    adjusted: account.adjusted,
    spent: account.spent,
    expired: account.expired,
    cancelled: account.cancelled,
    reversed: account.reversed,
  };
}
