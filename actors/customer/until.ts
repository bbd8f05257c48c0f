/**
 * Why and until when the levels of a tier system are held (PROGRAM: Tiers): of each level there may be several reasons,
 * and it is held while one of them stands. Where a return may take a level back, each window that reached it is one.
 *
 * An end is good up to and including its instant; a level given with a window's end comes after that instant's events.
 * So what stands is always asked *after* an instant. `sticky` levels stand for ever once there is a reason.
 */
import type { TierSystem } from '../program/program.js';
import type { UntilState } from './state.js';

/** The index of the highest level held after an instant (ms); the lowest is held for good. */
export function highestHeld(system: TierSystem, untils: readonly UntilState[], after: number): number {
  let best = 0;
  for (let i = 0; i < untils.length; i++) {
    const index = levelIndex(system, untils[i]!.level);
    if (index > best && stands(untils[i]!, system.levels[index]!.sticky, after)) best = index;
  }
  return best;
}

/**
 * The same while events of the instant right after `after` are judged: what is given with a window's end lifts nobody
 * above `index` (that is its deadline's), and may have been given at that very instant already.
 */
export function highestHeldNow(
  system: TierSystem,
  untils: readonly UntilState[],
  index: number,
  after: number,
): number {
  let best = 0;
  for (let i = 0; i < untils.length; i++) {
    const { level, from, ends, under } = untils[i]!;
    const own = levelIndex(system, level);
    if (own <= best || under !== null) continue;
    // The level held is renewed by it at once.
    if (from !== null && own !== index && (own > index || from > after + 1)) continue;
    if (ends > after || system.levels[own]!.sticky) best = own;
  }
  return best;
}

function stands({ under, from, ends }: UntilState, sticky: boolean, after: number): boolean {
  return under === null && (from === null || from <= after) && (sticky || ends > after);
}

/** When time alone next changes the level held (its index) after an instant; null: never. */
export function dueOf(system: TierSystem, untils: readonly UntilState[], index: number, after: number): number | null {
  let ends = Number.NEGATIVE_INFINITY;
  let rises = Number.POSITIVE_INFINITY;
  for (let i = 0; i < untils.length; i++) {
    const until = untils[i]!;
    if (until.under !== null) continue;
    const own = levelIndex(system, until.level);
    if (own === index && until.ends > ends) ends = until.ends;
    else if (own > index && until.from !== null && until.from < rises) {
      if (until.ends > after || system.levels[own]!.sticky) rises = until.from;
    }
  }
  if (index > 0 && !system.levels[index]!.sticky && ends !== Number.NEGATIVE_INFINITY) rises = Math.min(rises, ends);
  return rises === Number.POSITIVE_INFINITY ? null : rises;
}

/** Until when a level is held, ms inclusive, as shown; null where that is not limited (the lowest) or it is not held. */
export function untilOf(untils: readonly UntilState[], level: string | null): number | null {
  let until: number | null = null;
  for (let i = 0; i < untils.length; i++) {
    const each = untils[i]!;
    if (each.level === level && each.under === null && (until === null || each.until > until)) until = each.until;
  }
  return until;
}

/** Until plus grace; null where there is no reason. */
export function endOf(untils: readonly UntilState[], level: string | null): number | null {
  let ends: number | null = null;
  for (let i = 0; i < untils.length; i++) {
    const each = untils[i]!;
    if (each.level === level && each.under === null && (ends === null || each.ends > ends)) ends = each.ends;
  }
  return ends;
}

/** A list without what has ended by an instant and can hold nothing any more. */
export function standing(system: TierSystem, untils: readonly UntilState[], after: number): UntilState[] {
  return untils.filter(({ level, ends }) => {
    if (ends > after) return true;
    const index = levelIndex(system, level);
    return index >= 0 && system.levels[index]!.sticky;
  });
}

/** Whether both are by the same window, and hold the same. */
export function isSameWindow(a: UntilState, b: UntilState): boolean {
  if (a.window === null || b.window === null || a.level !== b.level || a.under !== b.under) return false;
  return a.window[0] === b.window[0] && a.window[1] === b.window[1] && a.until === b.until && a.from === b.from;
}

/** -1 where the program has no such level. */
export function levelIndex({ levels }: TierSystem, level: string | null): number {
  for (let i = 0; i < levels.length; i++) if (levels[i]!.id === level) return i;
  return -1;
}

// ---- as rows and outcomes hold them ---------------------------------------------------------------------------------

const WIDTH = 8;
/** Version 1 had no windows. */
export const UNTIL_WIDTH_V1 = 6;

export function untilCells(untils: readonly UntilState[]): (string | number | null)[] {
  const cells: (string | number | null)[] = [];
  for (const { level, until, ends, by, from, under, window } of untils)
    cells.push(level, until, ends, by, from, under, window?.[0] ?? null, window?.[1] ?? null);
  return cells;
}

export function untilsOf(cells: readonly unknown[], width = WIDTH): UntilState[] {
  const untils: UntilState[] = [];
  for (let i = 0; i < cells.length; i += width) {
    const from = width === WIDTH ? (cells[i + 6] as number | null) : null;
    untils.push({
      level: cells[i] as string,
      until: cells[i + 1] as number,
      ends: cells[i + 2] as number,
      by: cells[i + 3] as UntilState['by'],
      from: cells[i + 4] as number | null,
      under: cells[i + 5] as string | null,
      window: from === null ? null : [from, cells[i + 7] as number],
    });
  }
  return untils;
}
