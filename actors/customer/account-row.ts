/** Accounts and rewards bought as parts of a customer's row (`row.ts`): flat, and what is rarely used left out. */
import type { AccountState, IdleState, LotState, RewardPurchaseState, SpentLot, WaitingLot } from './state.js';

export function accountRow(account: AccountState): unknown[] {
  const { id, lots, active, debt, earned, adjusted, spent, expired, cancelled, reversed } = account;
  const row: unknown[] = [id, lotCells(lots), active, debt, earned, adjusted, spent, expired, cancelled, reversed];
  const { waiting, pending, idle, capped } = account;
  if (waiting.length === 0 && idle.length === 0 && capped.length === 0) return row;
  const waits = waiting.flatMap(({ dueAt, awaits }) => [dueAt, awaits]);
  const idles = idle.flatMap(({ key, at, ends, aliveFrom }) => [key, at, ends, aliveFrom]);
  const places = lots.some((lot) => lot.idle !== 0) ? lots.map((lot) => lot.idle) : null;
  row.push(
    pending,
    lotCells(waiting),
    waiting.map((lot) => lot.idle),
    waits,
    idles,
    capped,
    places,
  );
  return row;
}

export function accountOfRow(row: readonly unknown[]): AccountState {
  const [id, lots, active, debt, earned, adjusted, spent, expired, cancelled, reversed] = row as [
    string,
    unknown[],
    ...number[],
  ] as [string, unknown[], number, number, number, number, number, number, number, number];
  const [pending, waiting, waitingPlaces, waits, idles, capped, places] = row.slice(10) as [
    number?,
    unknown[]?,
    number[]?,
    unknown[]?,
    unknown[]?,
    number[]?,
    (number[] | null)?,
  ];
  return {
    id,
    lots: lotsOf(lots, places ?? null),
    waiting: lotsOf(waiting ?? [], waitingPlaces ?? null).map(
      (lot, i): WaitingLot => ({ ...lot, dueAt: waits![2 * i] as number, awaits: waits![2 * i + 1] as string | null }),
    ),
    active,
    pending: pending ?? 0,
    debt,
    earned,
    adjusted,
    spent,
    expired,
    cancelled,
    reversed,
    idle: idlesOf(idles ?? []),
    capped: capped ?? [],
  };
}

export function rewardPurchaseRow({
  id,
  rewardId,
  quantity,
  account,
  stocked,
  at,
  lots,
  issues,
}: RewardPurchaseState): unknown[] {
  return [id, rewardId, quantity, account, stocked, at, lots.flat(), issues.flat()];
}

export function rewardPurchaseOfRow(row: readonly unknown[]): RewardPurchaseState {
  const [id, rewardId, quantity, account, stocked, at, lots, issues] = row as [
    string,
    string,
    number,
    string,
    boolean,
    number,
    unknown[],
    unknown[],
  ];
  return {
    id,
    rewardId,
    quantity,
    account,
    stocked,
    at,
    lots: slices(lots, 5) as unknown as SpentLot[],
    issues: slices(issues, 3) as unknown as RewardPurchaseState['issues'],
  };
}

function lotCells(lots: readonly LotState[]): unknown[] {
  const cells: unknown[] = [];
  for (const { id, earnedAt, left, expiresAt } of lots) cells.push(id, earnedAt, left, expiresAt);
  return cells;
}

function lotsOf(cells: readonly unknown[], places: readonly number[] | null): LotState[] {
  const lots: LotState[] = [];
  for (let i = 0; i < cells.length; i += 4) {
    lots.push({
      id: cells[i] as string,
      earnedAt: cells[i + 1] as number,
      left: cells[i + 2] as number,
      expiresAt: cells[i + 3] as number | null,
      idle: places === null ? 0 : places[i / 4]!,
    });
  }
  return lots;
}

function idlesOf(cells: readonly unknown[]): IdleState[] {
  return slices(cells, 4).map(([key, at, ends, aliveFrom]) => ({
    key: key as string,
    at: at as number | null,
    ends: ends as number,
    aliveFrom: aliveFrom as number,
  }));
}

function slices(cells: readonly unknown[], width: number): unknown[][] {
  const result: unknown[][] = [];
  for (let i = 0; i < cells.length; i += width) result.push(cells.slice(i, i + width));
  return result;
}
