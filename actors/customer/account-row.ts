/** Accounts and rewards bought as parts of a customer's row (`row.ts`): flat, and what is rarely used left out. */
import type { AccountState, IdleState, LotState, RewardPurchaseState, SpentLot, WaitingLot } from './state.js';

export function accountRow(account: AccountState): unknown[] {
  const { id, lots, active, debt, earned, adjusted, spent, expired, cancelled, reversed } = account;
  const row: unknown[] = [id, lotCells(lots), active, debt, earned, adjusted, spent, expired, cancelled, reversed];
  const { waiting, pending, idle, capped } = account;
  if (waiting.length === 0 && idle.length === 0 && capped.length === 0) return row;
  const waits = waiting.flatMap(({ dueAt, awaits }) => [dueAt, awaits]);
  const idles = idle.flatMap(({ key, at, ends }) => [key, at, ends]);
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

/** `version`: of the row. */
export function accountOfRow(row: readonly unknown[], version: number): AccountState {
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
    idle: idlesOf(idles ?? [], version),
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

/** `version`: of the row; `accounts`: as they stand in it. */
export function rewardPurchaseOfRow(
  row: readonly unknown[],
  version: number,
  accounts: readonly (readonly unknown[])[],
): RewardPurchaseState {
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
  const spent = slices(lots, 5) as unknown as SpentLot[];
  const paidFrom = accounts.find((each) => each[0] === account) ?? [];
  return {
    id,
    rewardId,
    quantity,
    account,
    stocked,
    at,
    lots: version === 1 ? spent.map((lot) => spentLotOfV1(lot, paidFrom)) : spent,
    issues: slices(issues, 3) as unknown as RewardPurchaseState['issues'],
  };
}

/**
 * In version 1 what was spent of a lot kept the end of then; the span knew since when lots had been prolonged without a
 * break, and to what end.
 */
function spentLotOfV1([id, points, earnedAt, expiresAt, idle]: SpentLot, account: readonly unknown[]): SpentLot {
  const idles = idle === 0 ? [] : slices((account[14] ?? []) as unknown[], 4);
  const [, at, ends, aliveFrom] = (idles[idle - 1] ?? []) as [string?, (number | null)?, number?, number?];
  if (typeof at !== 'number' || expiresAt === null || expiresAt < aliveFrom!)
    return [id, points, earnedAt, expiresAt, idle];
  return [id, points, earnedAt, Math.max(expiresAt, ends!), idle];
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

function idlesOf(cells: readonly unknown[], version: number): IdleState[] {
  return slices(cells, version === 1 ? 4 : 3).map(([key, at, ends]) => ({
    key: key as string,
    at: at as number | null,
    ends: ends as number,
  }));
}

function slices(cells: readonly unknown[], width: number): unknown[][] {
  const result: unknown[][] = [];
  for (let i = 0; i < cells.length; i += width) result.push(cells.slice(i, i + width));
  return result;
}
