/**
 * Audiences (PROGRAM: Audiences; "One event, in order"): who is in one follows its condition on the profile.
 *
 * Conditions and targets ask the profile as it stands, also for what time alone has changed (recency, age). That a
 * customer has entered or left is told after the tiers of whatever moved the profile: an event, a deadline, a send; a
 * change by time alone with the next of them. Invariant: the state holds what was told last.
 */
import type { Cause } from '../outcome.js';
import type { Program } from '../program/program.js';
import { ProfileView } from './profile-view.js';
import type { CustomerState } from './state.js';
import type { Working } from './working.js';

/** Ids of the audiences the customer is in at `at` (ms), in the order of the program. */
export function audiencesAt(state: CustomerState, program: Program, at: number): readonly string[] {
  return program.audiences.length === 0 ? [] : new ProfileView(state, state.spend, program, at).audiences;
}

/** Says which audiences the customer has entered and left. `at`: as of when at the earliest, ms; `time`: of the outcomes. */
export function settleAudiences(working: Working, program: Program, time: number, at: number, cause: Cause): void {
  const held = working.now.audiences;
  if (program.audiences.length === 0 && held.length === 0) return;
  // A deadline that is done late is not drawn as of its own time: membership follows the state as it is.
  working.drawn = Math.max(working.drawn, at);
  const present = audiencesAt(working.now, program, working.drawn);
  for (const audience of held)
    if (!present.includes(audience)) working.tell('audience.left', time, cause, { audience });
  for (const audience of present)
    if (!held.includes(audience)) working.tell('audience.entered', time, cause, { audience });
}
