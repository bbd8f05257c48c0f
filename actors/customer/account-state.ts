/**
 * How an account follows its outcomes. Every step keeps the identity
 * earned + adjusted = active + pending + spent + expired + cancelled + reversed − debt (nothing is pending yet).
 */
import type { LotShare, PointsAdjusted, PointsEarned, PointsMoved, PointsTaken } from '../outcome.js';
import { addLot, sumOf, takeShares } from './lots.js';
import type { AccountState, CustomerState } from './state.js';

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

export function earned(state: CustomerState, data: PointsEarned): void {
  const account = openAccount(state, data.account);
  openLot(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt);
  account.earned += data.points;
}

export function adjusted(state: CustomerState, data: PointsAdjusted): void {
  const account = openAccount(state, data.account);
  if (data.lotId === undefined) take(account, data.lots ?? [], data.debt);
  else openLot(account, data.lotId, data.earnedAt, data.points, data.paidDebt, data.expiresAt);
  account.adjusted += data.points;
}

export function reversed(state: CustomerState, data: PointsTaken): void {
  const account = openAccount(state, data.account);
  take(account, data.lots, data.debt);
  account.reversed += data.points;
}

export function spent(state: CustomerState, data: PointsTaken): void {
  const account = openAccount(state, data.account);
  take(account, data.lots, data.debt);
  account.spent += data.points;
}

export function expired(state: CustomerState, data: PointsMoved): void {
  const account = openAccount(state, data.account);
  take(account, [{ lotId: data.lotId, points: data.points }], undefined);
  account.expired += data.points;
}

/** A new lot, less what paid a debt at once. */
function openLot(
  account: AccountState,
  lotId: string,
  earnedAt: number,
  points: number,
  paidDebt = 0,
  expiresAt: number | null = null,
): void {
  const left = points - paidDebt;
  if (left > 0) addLot(account.lots, { id: lotId, earnedAt, left, expiresAt });
  account.active += left;
  account.debt -= paidDebt;
}

function take(account: AccountState, shares: readonly LotShare[], debt = 0): void {
  takeShares(account.lots, shares);
  account.active -= sumOf(shares);
  account.debt += debt;
}

/** The account, which is opened where it is not there yet. */
function openAccount(state: CustomerState, id: string): AccountState {
  const held = accountOf(state, id);
  if (held !== undefined) return held;
  const account = emptyAccount(id);
  state.accounts.push(account);
  return account;
}
