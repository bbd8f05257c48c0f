/**
 * Rules that wait for a window to run without a match (PROGRAM: Behaviors, `absent`): when they are armed, and until when.
 * What happens then is `absence-due.ts`.
 *
 * Armed by the last match, with no match yet by the later of campaign start and first event, in a sequence by the step
 * before. The instant at which the window has run is fixed then. A calendar window is a whole unit begun after that.
 */

import type { Json } from '../event.js';
import type { Cause } from '../outcome.js';
import type { Campaign, Program, Rule } from '../program/program.js';
import { lastSecond, nextStart, startOf } from '../time/calendar.js';
import { addDuration } from '../time/duration.js';
import type { Occasion } from './campaigns.js';
import { heldOf, matchesOf } from './counting.js';
import { ARMED, type Armed, type Counted, progressOf } from './progress.js';
import type { AbsenceState, ProgressState } from './state.js';
import { isAfter, openStep, startOfStep, trackOf } from './steps.js';
import type { Working } from './working.js';

export function absenceOf(progress: ProgressState | undefined, rule: Rule): AbsenceState | undefined {
  if (progress === undefined) return undefined;
  const { absences } = progress;
  for (let i = 0; i < absences.length; i++) {
    if (absences[i]!.rule === rule.name && absences[i]!.signature === rule.signature) return absences[i];
  }
  return undefined;
}

/** Whether its window has run by this instant, and no match has come since. */
export function holdsAt(progress: ProgressState | undefined, rule: Rule, at: number): boolean {
  const held = absenceOf(progress, rule);
  return held !== undefined && (held.ran || (held.due !== null && held.due <= at));
}

/** When the window of a rule armed at an instant has run, ms; null where it never does. `byMatch`: a match armed it. */
export function dueOf(rule: Rule, campaign: Campaign, armedAt: number, byMatch: boolean, zone: string): number | null {
  const { window } = rule;
  switch (window.kind) {
    case 'rolling':
      return addDuration(armedAt, window.span, zone);
    case 'calendar': {
      const whole = !byMatch && startOf(window.unit, zone, armedAt) === armedAt;
      return lastSecond(window.unit, zone, whole ? armedAt : nextStart(window.unit, zone, armedAt));
    }
    case 'sinceFirst':
      return null;
    case 'campaign':
      return byMatch ? null : (campaign.end ?? null);
  }
}

/** When the next window of the rule has run after one that did at `due`: of calendar units only. */
export function dueAgain({ window }: Rule, due: number, zone: string): number | null {
  if (window.kind !== 'calendar') return null;
  // A last second that the clock jumped over lies in the next unit already.
  let unit = due;
  let again = lastSecond(window.unit, zone, unit);
  while (again <= due) {
    unit = nextStart(window.unit, zone, unit);
    again = lastSecond(window.unit, zone, unit);
  }
  return again;
}

/** Rules of `all` and `any` that this event arms, because it matches them and no later match has. */
export function armedBy(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  counted: readonly Counted[],
): Armed[] {
  const { view, zone } = occasion;
  const { time } = view.event;
  const armed: Armed[] = [];
  for (const rule of campaign.rules) {
    if (rule.measure.kind !== 'absent' || !counted.some(([name]) => name === rule.name)) continue;
    const held = absenceOf(progress, rule);
    if (held !== undefined && time < armedAtOf(held, progress, rule)) continue;
    armed.push([rule.name, rule.signature, held?.from ?? time, dueOf(rule, campaign, time, true, zone), false]);
  }
  return armed;
}

function armedAtOf(held: AbsenceState, progress: ProgressState | undefined, rule: Rule): number {
  const last = matchesOf(rule, progress).at(-1);
  return last === undefined ? held.from : Math.max(held.from, last[0]);
}

/** Before anything counts: every rule that waits is armed once the customer is known. `time`: of the event, ms. */
export function openAbsences(working: Working, program: Program, time: number, cause: Cause): void {
  const { waiting } = program;
  for (let i = 0; i < waiting.length; i++) {
    const campaign = waiting[i]!;
    if (campaign.end !== undefined && time > campaign.end) continue;
    const progress = progressOf(working.now, campaign.id);
    const zone = working.now.zone ?? program.zone;
    const from = Math.max(campaign.start ?? Number.NEGATIVE_INFINITY, time);
    const armed: Armed[] = [];
    for (const rule of campaign.behavior === 'sequence' ? campaign.rules.slice(0, 1) : campaign.rules) {
      if (rule.measure.kind !== 'absent' || absenceOf(progress, rule) !== undefined) continue;
      armed.push([rule.name, rule.signature, from, dueOf(rule, campaign, from, false, zone), false]);
    }
    noteArmed(working, campaign.id, time, cause, armed);
  }
}

/**
 * What waits, after a return has undone matches of the rules `named`, or steps: nothing falls due by it that would have
 * been due before, and what nothing of it armed stays as it was fixed.
 */
export function rearm(
  working: Working,
  campaign: Campaign,
  named: readonly string[],
  time: number,
  zone: string,
  cause: Cause,
): void {
  const progress = progressOf(working.now, campaign.id);
  if (progress === undefined) return;
  const track = campaign.behavior === 'sequence' ? trackOf(campaign, progress) : undefined;
  const armed: Armed[] = [];
  for (let i = 0; i < campaign.rules.length; i++) {
    const rule = campaign.rules[i]!;
    const held = absenceOf(progress, rule);
    if (held === undefined || held.due === null) continue;
    const isOpen = track === undefined || openStep(track) === i;
    // A step to come is armed by the one before it.
    const from = isOpen || openStep(track) > i ? held.from : 0;
    if (isOpen && !named.includes(rule.name)) continue;
    const start = track === undefined ? null : startOfStep(track, i);
    const last = (heldOf(rule, progress)?.matches ?? [])
      .filter((match) => start === null || isAfter(match, start))
      .at(-1);
    const byMatch = last !== undefined && last[0] >= held.from;
    let due = isOpen ? dueOf(rule, campaign, byMatch ? last[0] : held.from, byMatch, zone) : null;
    while (due !== null && due <= working.arrival) due = dueAgain(rule, due, zone);
    if (due !== held.due) armed.push([rule.name, rule.signature, from, due, false]);
  }
  noteArmed(working, campaign.id, time, cause, armed);
}

export function noteArmed(
  working: Working,
  campaignId: string,
  time: number,
  cause: Cause,
  armed: readonly Armed[],
): void {
  if (armed.length === 0) return;
  working.note('progress.moved', time, cause, { campaignId, progress: [ARMED, ...armed] as unknown as Json });
}
