/**
 * Streaks (PROGRAM: Behaviors, `streak`): consecutive local units with a match. A unit is a number, so that the next
 * one is one more: the local day since 1970-01-01, the week since the one of that day (Monday first), the month.
 *
 * `have` is the run that reaches the present unit or the one before. Units of a streak that has closed serve no other:
 * they are kept as ranges for as long as an event may still come for them.
 */

import { localDay } from '../time/calendar.js';
import { DAY_MS, daysOf, monthOf, packedDate, yearOf } from '../time/civil.js';
import { instantOfLocal } from '../time/zone.js';
import type { MatchState } from './state.js';

export type StreakUnit = 'day' | 'week' | 'month';

/** 1970-01-01 was a Thursday. */
const DAYS_INTO_WEEK = 3;

/** The unit that holds a local day (since 1970-01-01). */
export function unitOfDay(unit: StreakUnit, day: number): number {
  if (unit === 'day') return day;
  if (unit === 'week') return Math.floor((day + DAYS_INTO_WEEK) / 7);
  const date = packedDate(day);
  return yearOf(date) * 12 + monthOf(date) - 1;
}

/** The unit at an instant on the wall of a zone. */
export function unitAt(unit: StreakUnit, zone: string, instant: number): number {
  return unitOfDay(unit, localDay(zone, instant));
}

/** The first instant of a unit there, ms. */
export function startOfUnit(unit: StreakUnit, number: number, zone: string): number {
  return instantOfLocal(zone, firstDay(unit, number) * DAY_MS);
}

function firstDay(unit: StreakUnit, number: number): number {
  if (unit === 'day') return number;
  if (unit === 'week') return number * 7 - DAYS_INTO_WEEK;
  const year = Math.floor(number / 12);
  return daysOf(year, number - year * 12 + 1, 1);
}

/** A run of units, both ends in it; with `last` before `first` it is empty. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

const EMPTY: Run = { first: 1, last: 0 };

/** The run of matched units in (after, upTo] that holds the present unit or else the one before. */
export function runOf(matches: readonly MatchState[], after: number, upTo: number, present: number): Run {
  const units = new Set<number>();
  for (let i = 0; i < matches.length; i++) {
    const match = matches[i]!;
    if (match[0] > after && match[0] <= upTo) units.add(match[1] as number);
  }
  const held = units.has(present) ? present : present - 1;
  if (!units.has(held)) return EMPTY;
  let first = held;
  while (units.has(first - 1)) first--;
  let last = held;
  while (units.has(last + 1)) last++;
  return { first, last };
}

export function isOfRun([, unit]: MatchState, { first, last }: Run): boolean {
  return (unit as number) >= first && (unit as number) <= last;
}

export function lengthOf({ first, last }: Run): number {
  return last - first + 1;
}

/** The longest run anywhere in the matches: of a streak that was full, whether it still is. */
export function longestRun(matches: readonly MatchState[]): number {
  const units = [...new Set(matches.map((match) => match[1] as number))].sort((a, b) => a - b);
  let longest = 0;
  let length = 0;
  for (let i = 0; i < units.length; i++) {
    length = i > 0 && units[i] === units[i - 1]! + 1 ? length + 1 : 1;
    if (length > longest) longest = length;
  }
  return longest;
}

/** `closed` is flat: first, last, first, last, … */
export function isClosed(closed: readonly number[], unit: number): boolean {
  for (let i = 0; i < closed.length; i += 2) if (unit >= closed[i]! && unit <= closed[i + 1]!) return true;
  return false;
}

/** With more runs closed, and without those no event can come for any more (`earliest`, ms). All flat. */
export function withClosed(
  closed: readonly number[],
  closing: readonly number[],
  unit: StreakUnit,
  earliest: number,
): readonly number[] {
  const oldest = unitAt(unit, 'UTC', earliest - ZONES_APART_MS);
  const kept: number[] = [];
  for (let i = 0; i < closed.length; i += 2) if (closed[i + 1]! >= oldest) kept.push(closed[i]!, closed[i + 1]!);
  return closing.length === 0 ? kept : [...kept, ...closing];
}

/**
 * Matches at or before it can be part of no run any more, ms; null where all may. A gap that no late event can fill
 * parts what lies before it from all that comes.
 */
export function forgetGapped(matches: readonly MatchState[], unit: StreakUnit, earliest: number): number | null {
  const units = new Set<number>();
  for (let i = 0; i < matches.length; i++) units.add(matches[i]![1] as number);
  let first = unitAt(unit, 'UTC', earliest - ZONES_APART_MS);
  while (units.has(first - 1)) first--;
  let upTo: number | null = null;
  for (let i = 0; i < matches.length && (matches[i]![1] as number) < first; i++) upTo = matches[i]![0];
  return upTo;
}

/** No two places on earth are further apart on the clock. */
const ZONES_APART_MS = 2 * DAY_MS;
