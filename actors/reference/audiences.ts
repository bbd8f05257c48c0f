/**
 * Audiences (PROGRAM: Audiences; "One event, in order"): membership follows the condition on the profile; entering and
 * leaving are told after the tiers.
 */
import type { Life } from './life.js';
import { tell } from './life.js';
import type { Cause } from './outcome.js';
import { rfmAt } from './rfm.js';
import { customerView } from './view.js';

/** Who the customer is among, as the profile stands at an instant. */
export function audiencesAt(life: Life, at: number): readonly string[] {
  return customerView(life, at, rfmAt(life, at)).audiences;
}

export function settleAudiences(life: Life, time: number, at: number, cause: Cause): void {
  if (life.program.audiences === undefined) return;
  const held = life.audiences;
  // A deadline that is done late is not drawn as of its own time: membership follows the state as it is.
  life.drawn = Math.max(life.drawn, at);
  const present = audiencesAt(life, life.drawn);
  for (const audience of held) if (!present.includes(audience)) tell(life, 'audience.left', time, cause, { audience });
  for (const audience of present)
    if (!held.includes(audience)) tell(life, 'audience.entered', time, cause, { audience });
  life.audiences = [...new Set([...held, ...present])].filter((audience) => present.includes(audience));
}
