/**
 * How an account follows its outcomes. Every step keeps the identity
 * earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt (nothing is pending yet).
 */
import type { LotShare, PointsAdjusted, PointsEarned, PointsMoved, PointsTaken } from '../outcome.js';
import { sumOf, withLot, withoutShares } from './lots.js';
import type { AccountState, CustomerState, LotState } from './state.js';

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

export function earned(state: CustomerState, data: PointsEarned): CustomerState {
  const account = accountOf(state, data.account) ?? emptyAccount(data.account);
  return withAccount(state, {
    ...opened(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt),
    earned: account.earned + data.points,
  });
}

export function adjusted(state: CustomerState, data: PointsAdjusted): CustomerState {
  const account = accountOf(state, data.account) ?? emptyAccount(data.account);
  const after =
    data.lotId === undefined
      ? taken(account, data.lots ?? [], data.debt)
      : opened(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt);
  return withAccount(state, { ...after, adjusted: account.adjusted + data.points });
}

export function reversed(state: CustomerState, data: PointsTaken): CustomerState {
  const account = accountOf(state, data.account) ?? emptyAccount(data.account);
  return withAccount(state, {
    ...taken(account, data.lots, data.debt),
    reversed: account.reversed + data.points,
  });
}

export function spent(state: CustomerState, data: PointsTaken): CustomerState {
  const account = accountOf(state, data.account) ?? emptyAccount(data.account);
  return withAccount(state, { ...taken(account, data.lots, data.debt), spent: account.spent + data.points });
}

export function expired(state: CustomerState, data: PointsMoved): CustomerState {
  const account = accountOf(state, data.account) ?? emptyAccount(data.account);
  const share = [{ lotId: data.lotId, points: data.points }];
  return withAccount(state, { ...taken(account, share, undefined), expired: account.expired + data.points });
}

/** A new lot, less what paid a debt at once. */
function opened(
  account: AccountState,
  lotId: string,
  earnedAt: number,
  points: number,
  paidDebt = 0,
  expiresAt: number | null = null,
): AccountState {
  const left = points - paidDebt;
  const lot: LotState = { id: lotId, earnedAt, left, expiresAt };
  return {
    ...account,
    lots: left > 0 ? withLot(account.lots, lot) : account.lots,
    active: account.active + left,
    debt: account.debt - paidDebt,
  };
}

function taken(account: AccountState, shares: readonly LotShare[], debt = 0): AccountState {
  return {
    ...account,
    lots: withoutShares(account.lots, shares),
    active: account.active - sumOf(shares),
    debt: account.debt + debt,
  };
}

function withAccount(state: CustomerState, account: AccountState): CustomerState {
  const { accounts } = state;
  const result = accounts.slice();
  let i = 0;
  while (i < accounts.length && accounts[i]!.id !== account.id) i++;
  result[i] = account;
  return { ...state, accounts: result };
}
